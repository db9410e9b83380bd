package io.weft.stage.pipeline

import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.stage.Cancel
import io.weft.stage.ConsumerScope
import io.weft.stage.Consumes
import io.weft.stage.Produces
import io.weft.stage.Retry
import io.weft.stage.SubscriptionScope
import io.weft.stage.failureOf
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import kotlin.reflect.typeOf
import kotlinx.coroutines.delay

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

  /** Runs [action] when the handler suspends or is done. */
  fun whenIdle(action: () -> Unit) = stage.self.post(action)
}

/** Processes events, one after the other. */
internal class Processor<In : Any>(
  private val plan: Plan<In>,
  private val working: Working,
  private val counts: StageCounts,
) {
  private var outcomes = ArrayList<Outcome>()

  /** Whether order is kept by trying again before anything else is done. */
  private val keepsOrder = plan.taken.key != null

  suspend fun process(items: List<Work>) {
    for (item in items) told(outcomeOf(item as Item))
    flush()
  }

  private suspend fun outcomeOf(item: Item): Outcome {
    var attempt = item.attempts
    while (true) {
      attempt++
      val begun = working.now()
      var routed: Routed? = null
      @Suppress("UNCHECKED_CAST") // the events are those of the source
      val why = failureOf {
        routed = plan.process(Step(attempt, item.redeliveries > 0), item.event as In)
      }
      val nanos = working.now() - begun
      val pause =
        if (why != null && keepsOrder) working.pause(plan.processing, attempt, why) else null
      if (pause == null) return Outcome(item, routed, why, attempt, nanos)
      flush()
      working.desk.report(Report.TriedAgain(counts, nanos))
      delay(pause)
    }
  }

  private fun told(outcome: Outcome) {
    if (outcomes.isEmpty()) working.whenIdle(::flush)
    outcomes += outcome
  }

  private fun flush() {
    if (outcomes.isEmpty()) return
    working.desk.report(Report.Processed(outcomes))
    outcomes = ArrayList()
  }

  private class Step(override val attempt: Int, override val isRedelivered: Boolean) : Processing {
    override fun <T : Any> T.into(batcher: Batcher<T>): Routed =
      Routed(batcher.plan, this, batcher.plan.batches.key?.invoke(this))

    override val done: Routed
      get() = DONE
  }

  companion object {
    private val DONE = Routed(null, Unit, null)

    fun <In : Any> blueprint(
      plan: Plan<In>,
      copy: Int,
      desk: DeskAddress,
      counts: StageCounts,
    ): Blueprint<Consumes<Work>> =
      GenStage.consumer("${plan.label} $PROCESSORS-$copy", WORK_TYPES) {
        val working =
          Working(this, desk) {
            maxDemand = plan.taken.maxDemand
            minDemand = plan.taken.minDemand
            partition(if (plan.taken.key == null) 0 else copy)
          }
        val processor = Processor(plan, working, counts)
        onEvents { items, _ -> processor.process(items) }
      }
  }
}

/** Handles batches, one after the other. */
internal class BatchHandler(private val retry: Retry, private val working: Working) {
  suspend fun handle(batch: Batch) {
    var items = batch.items
    var attempt = 0
    while (items.isNotEmpty()) items = tried(batch, items, ++attempt)
  }

  /** Returns those that are to be tried again. */
  private suspend fun tried(batch: Batch, items: List<Item>, attempt: Int): List<Item> {
    val begun = working.now()
    val run = Run(batch.key, attempt, items)
    val why = failureOf { batch.crew.plan.handle(run, run.results) }
    val nanos = working.now() - begun
    val failures = if (why == null) run.failures else items.associateWith { why }
    val done = items.filter { it !in failures }
    val pauses = failures.mapValues { working.pause(retry, attempt, it.value) }
    val again = items.filter { pauses[it] != null }
    val lost =
      failures.filter { pauses[it.key] == null }.map { failure(it.key, it.value, attempt, batch) }
    working.desk.report(Report.Handled(batch, items.size, done, lost, nanos, again.isEmpty()))
    if (again.isNotEmpty()) delay(pauses.values.mapNotNull { it }.max())
    return again
  }

  private fun failure(item: Item, why: Throwable, attempt: Int, batch: Batch) =
    Failure(item, why, attempt, batch.crew.plan.name)

  private class Run(
    override val key: Any?,
    override val attempt: Int,
    private val items: List<Item>,
  ) : Batching<Any> {
    val results = items.map { checkNotNull(it.result) }
    val failures = LinkedHashMap<Item, Throwable>()

    override fun fail(result: Any, why: Throwable) {
      val which = open { it === result } ?: open { it == result }
      failures[requireNotNull(which) { "not in this batch, or failed already: $result" }] = why
    }

    private inline fun open(fits: (Any) -> Boolean): Item? =
      items.indices.firstOrNull { fits(results[it]) && items[it] !in failures }?.let(items::get)
  }

  companion object {
    fun blueprint(
      plan: Plan<*>,
      batcher: BatcherPlan,
      copy: Int,
      desk: DeskAddress,
    ): Blueprint<Consumes<Work>> =
      GenStage.consumer("${plan.label} ${batcher.name}-$copy", WORK_TYPES) {
        val working =
          Working(this, desk) {
            maxDemand = 1
            minDemand = 0
            partition(batcher.name)
          }
        val handler = BatchHandler(batcher.batches.retry ?: plan.retry, working)
        onEvents { batches, _ -> for (batch in batches) handler.handle(batch as Batch) }
      }
  }
}
