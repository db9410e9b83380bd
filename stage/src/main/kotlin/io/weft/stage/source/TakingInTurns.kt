package io.weft.stage.source

import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import io.weft.stage.graph.done
import io.weft.stage.graph.endsWhenDone
import kotlinx.coroutines.job

/** Takes elements in the turns of the stage, as they are wanted. */
internal class TakingInTurns<E : Any>(
  private val stage: ProducerScope<E, Produces<E>>,
  private val open: () -> Elements<E>,
) {
  private var elements: Elements<E>? = null
  private var isDone = false

  fun begin() {
    stage.endsWhenDone()
    stage.onDemand { wanted -> if (!isDone) take(wanted) }
    // the stage has its reason to end already
    stage.coroutineContext.job.invokeOnCompletion { runCatching(::close) }
  }

  private fun take(wanted: Long) {
    val elements = elements ?: open().also { elements = it }
    var left = wanted
    while (left > 0 && !isDone) left -= take(elements, minOf(left, MOST_AT_ONCE).toInt())
  }

  /** Emits what there is also when the next element fails. */
  private fun take(elements: Elements<E>, most: Int): Int {
    val batch = ArrayList<E>(most)
    try {
      while (batch.size < most && elements.hasNext()) batch.add(elements.next())
    } finally {
      if (batch.isNotEmpty()) stage.emit(batch)
    }
    if (batch.size < most) done()
    return batch.size
  }

  private fun done() {
    isDone = true
    close()
    stage.done()
  }

  private fun close() {
    elements?.close()
    elements = null
  }

  private companion object {
    /** So that the consumer begins before all that it asked for is there. */
    const val MOST_AT_ONCE = 1000L
  }
}
