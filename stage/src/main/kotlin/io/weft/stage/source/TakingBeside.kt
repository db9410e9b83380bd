package io.weft.stage.source

import io.weft.runtime.Strands
import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import io.weft.stage.dispatch.saturatingPlus
import io.weft.stage.graph.done
import io.weft.stage.graph.endsWhenDone
import io.weft.stage.reasonOf
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlinx.coroutines.job

/**
 * Takes elements on a strand of the stage's, which waits while nobody wants more. It alone touches
 * them, and closes them.
 *
 * What was taken and is not emitted yet is never more than what is wanted.
 */
internal class TakingBeside<E : Any>(
  private val stage: ProducerScope<E, Produces<E>>,
  private val open: () -> Elements<E>,
) {
  private val self = stage.self
  private val strands = self.node().seams().strands()
  private val label = self.label()

  private val wanted = AtomicLong()
  private val taken = ConcurrentLinkedQueue<E>()
  private val waiting = AtomicInteger()
  @Volatile private var isOver = false

  /** Begins when the first event is wanted. Of the turns of the stage. */
  private var strand: Strands.Strand? = null

  fun begin() {
    stage.endsWhenDone()
    stage.onDemand(::demanded)
    stage.coroutineContext.job.invokeOnCompletion { over() }
  }

  private fun demanded(events: Long) {
    wanted.accumulateAndGet(events, Long::saturatingPlus)
    strand?.resume() ?: strands.start(label, ::run).also { strand = it }
  }

  private fun over() {
    isOver = true
    strand?.resume()
    strand?.interrupt()
  }

  // --- the strand --------------------------------------------------------------------------------

  private fun run() {
    try {
      open().use(::takeAll)
      self.post { stage.done() }
    } catch (failure: Throwable) {
      self.post { stage.stop(reasonOf(failure)) }
    }
  }

  private fun takeAll(elements: Elements<E>) {
    val mine = strands.current()
    while (!isOver) {
      if (wanted.get() == 0L) mine.await()
      else if (elements.hasNext()) give(elements.next()) else return
    }
  }

  private fun give(element: E) {
    wanted.decrementAndGet()
    taken.add(element)
    if (waiting.getAndIncrement() == 0) self.post(::emitTaken)
  }

  // --- the stage ---------------------------------------------------------------------------------

  private fun emitTaken() {
    val count = waiting.get()
    stage.emit(List(count) { taken.remove() })
    if (waiting.addAndGet(-count) > 0) self.post(::emitTaken)
  }
}
