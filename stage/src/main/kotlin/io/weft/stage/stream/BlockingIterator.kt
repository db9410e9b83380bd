package io.weft.stage.stream

import io.weft.node.Node
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine

/** Reads a stream on a thread that waits, as the node has threads wait. */
internal class BlockingIterator<E : Any>(stream: StageStream<E>) : StageIterator<E> {
  private val node: Node = stream.node.also { refuse(it) }
  private val reader = Reader(stream)
  private var batch: List<E> = emptyList()
  private var taken = 0

  @Volatile private var isOver = false

  override fun hasNext(): Boolean {
    while (!isOver && taken == batch.size) read()
    return !isOver
  }

  override fun next(): E =
    if (hasNext()) batch[taken++] else throw NoSuchElementException("the stream is at its end")

  private fun read() {
    refuse(node)
    val next = nextBatch()
    if (next == null) isOver = true
    batch = next.orEmpty()
    taken = 0
  }

  /** Another thread may close meanwhile: that is an end, not a failure. */
  private fun nextBatch(): List<E>? =
    try {
      await { reader.next() }
    } catch (failure: Throwable) {
      if (!isOver) {
        close()
        throw failure
      }
      null
    }

  private fun <T> await(code: suspend () -> T): T {
    val result = CompletableFuture<T>()
    code.startCoroutine(
      Continuation(EmptyCoroutineContext) {
        it.fold(result::complete, result::completeExceptionally)
      }
    )
    waitFor(result)
    try {
      return result.join()
    } catch (failed: CompletionException) {
      throw failed.cause ?: failed
    }
  }

  private fun waitFor(result: CompletableFuture<*>) {
    val mine = node.seams().strands().current()
    result.whenComplete { _, _ -> mine.resume() }
    while (!result.isDone) {
      mine.await()
      if (Thread.currentThread().isInterrupted && !result.isDone) {
        throw CancellationException("interrupted while it read a stream")
      }
    }
  }

  override fun close() {
    isOver = true
    reader.leave()
  }

  private fun refuse(node: Node) {
    node.refuseToBlock("to iterate over a stream", "collect its asFlow(), which suspends")
  }
}
