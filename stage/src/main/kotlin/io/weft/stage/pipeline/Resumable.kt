package io.weft.stage.pipeline

import io.weft.kotlin.Turn
import io.weft.stage.io.beside
import io.weft.stage.io.closeBeside
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/**
 * Where a source that can be read again goes on after a stop or a crash: kept in a file, a row, or
 * next to the results, so that both are written at once.
 *
 * @param R a place among the events: a number, an offset of bytes
 */
public interface Checkpoint<R : Any> {
  /** Returns what was saved last; null if nothing was. */
  public suspend fun load(): R?

  /**
   * All events up to this place are done or have failed for good, and none of them is to come
   * again. Places come in order, and not all: only the last of those done meanwhile.
   */
  public suspend fun save(place: R)
}

/**
 * Returns a source of events that can be read again from any place: see [PipelineScope.source].
 * What is saved is the *low watermark*: the place behind the last event before which all are done,
 * however they overtake each other; so no event is skipped that was not done, and after a crash
 * those above the mark come again.
 *
 * [events] is run beside the carriers, as are the steps of its sequence, which may block; as many
 * are taken at once as the pipeline wants. If its iterator is [AutoCloseable] it is closed at the
 * end.
 *
 * ```
 * source(resumable(checkpoint) { from -> rowsAfter(from ?: 0L).map { Delivery(it, it.id) } })
 * ```
 *
 * @param events the events behind a place, each with the place behind it; from the beginning if
 *   that is null
 */
public fun <E : Any, R : Any> resumable(
  checkpoint: Checkpoint<R>,
  events: (R?) -> Sequence<Delivery<E, R>>,
): suspend Turn<*>.() -> PipelineSource<E, *> = {
  Resumable<E, R>(this, checkpoint).also { it.open(events) }
}

/**
 * The same for events that are known by how many come before them: the place is the number of
 * events that are done.
 */
public fun <E : Any> resumableByNumber(
  checkpoint: Checkpoint<Long>,
  events: (Long) -> Sequence<E>,
): suspend Turn<*>.() -> PipelineSource<E, *> =
  resumable(checkpoint) { from ->
    val first = from ?: 0
    events(first).mapIndexed { i, event -> Delivery(event, first + i + 1) }
  }

private class Resumable<E : Any, R : Any>(
  private val turn: Turn<*>,
  private val checkpoint: Checkpoint<R>,
) : PipelineSource<E, Watermark.Mark<R>> {
  private val watermark = Watermark<R>()
  private lateinit var rest: Iterator<Delivery<E, R>>

  suspend fun open(events: (R?) -> Sequence<Delivery<E, R>>) {
    val from = checkpoint.load()
    rest = reading { events(from).iterator() }
  }

  private suspend fun <T> reading(code: () -> T): T =
    beside(turn.self.node(), turn.self.label(), code)

  override suspend fun receive(wanted: Int): List<Delivery<E, Watermark.Mark<R>>> {
    val taken = reading {
      ArrayList<Delivery<E, R>>().also {
        while (it.size < wanted && rest.hasNext()) it += rest.next()
      }
    }
    currentCoroutineContext().ensureActive()
    return taken.map { Delivery(it.event, watermark.add(it.reference)) }
  }

  override suspend fun acknowledged(done: List<Watermark.Mark<R>>) = passed(done)

  override suspend fun failed(failures: List<Failure<Watermark.Mark<R>>>) =
    passed(failures.map { it.subject })

  private suspend fun passed(marks: List<Watermark.Mark<R>>) {
    watermark.pass(marks)?.let { checkpoint.save(it) }
  }

  override fun close() {
    val node = turn.self.node()
    (rest as? AutoCloseable)?.let { closeBeside(node, turn.self.label(), it) }
  }
}
