package io.weft.stage.pipeline

import io.weft.node.Blueprint
import io.weft.stage.Consumes
import io.weft.stage.Retry
import io.weft.stage.failureOf
import io.weft.stage.gen.GenStage

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
    if (again.isNotEmpty()) working.rest(pauses.values.mapNotNull { it }.max())
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
