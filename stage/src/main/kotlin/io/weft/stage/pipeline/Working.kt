package io.weft.stage.pipeline

import io.weft.node.Address
import io.weft.stage.Cancel
import io.weft.stage.ConsumerScope
import io.weft.stage.Consumes
import io.weft.stage.Produces
import io.weft.stage.Retry
import io.weft.stage.SubscriptionScope
import io.weft.stage.gen.StageTypes
import io.weft.stage.rest
import kotlin.reflect.typeOf
import kotlin.time.Duration

/** A desk as its stages know it. */
internal class DeskAddress(val stage: Address<out Produces<Work>>) {
  @Suppress("UNCHECKED_CAST") // a desk takes reports besides
  private val reports = stage as Address<Report>

  fun report(report: Report) = reports.tell(report)
}

/** The types of the stages of a pipeline: their work is nobody else's. */
internal val WORK_TYPES = StageTypes(typeOf<Work>(), null)

/** What processors and batchers have in common: they work for one desk, and know its time. */
internal class Working(
  private val stage: ConsumerScope<Work, Consumes<Work>>,
  val desk: DeskAddress,
  crew: SubscriptionScope<Work>.() -> Unit,
) {
  private val seams = stage.self.node().seams()

  init {
    // Whatever becomes of the desk, the supervisor of both sees to it.
    stage.subscribeTo(desk.stage) {
      cancel = Cancel.TEMPORARY
      crew()
    }
  }

  fun now(): Long = seams.clock().nanoTime()

  fun pause(retry: Retry, attempt: Int, why: Throwable) = retry.pause(attempt, why, seams.entropy())

  suspend fun rest(pause: Duration) = stage.self.rest(pause)

  /** Runs [action] when the handler suspends or is done. */
  fun whenIdle(action: () -> Unit) = stage.self.post(action)
}
