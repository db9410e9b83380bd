package io.weft.stage.pipeline

import io.weft.node.Blueprint
import io.weft.stage.Consumes
import io.weft.stage.failureOf
import io.weft.stage.gen.GenStage

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
      working.rest(pause)
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
