package io.weft.dist.transport

import io.weft.runtime.Scheduler
import io.weft.runtime.Strands
import io.weft.runtime.Timers
import java.io.IOException
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.suspendCancellableCoroutine

/** Runs coroutines as turns of a node's scheduler. */
internal class SchedulerDispatcher(private val scheduler: Scheduler) : CoroutineDispatcher() {
  override fun dispatch(context: CoroutineContext, block: Runnable) = scheduler.execute(block)

  override fun toString() = "SchedulerDispatcher"
}

/**
 * Runs [block] in turns of the calling thread, which it blocks until that is done, as these strands
 * block it.
 */
internal fun <T> Strands.blocking(block: suspend () -> T): T {
  val caller = current()
  val turns = ConcurrentLinkedQueue<Runnable>()
  val dispatcher =
    object : CoroutineDispatcher() {
      override fun dispatch(context: CoroutineContext, block: Runnable) {
        turns.add(block)
        caller.resume()
      }
    }
  val result = CoroutineScope(dispatcher).async { block() }
  while (true) {
    turns.poll()?.run() ?: if (result.isCompleted) break else caller.await()
  }
  @OptIn(ExperimentalCoroutinesApi::class)
  return result.getCompletionExceptionOrNull()?.let { throw it } ?: result.getCompleted()
}

/** Suspends for [duration], by these timers. Cancellable; then the timer is freed at once. */
internal suspend fun Timers.pause(duration: Duration) {
  suspendCancellableCoroutine { waiting ->
    val timer = after(duration) { waiting.resume(Unit) }
    waiting.invokeOnCancellation { timer.cancel() }
  }
}

/** Something took longer than it may. */
internal class LimitExceededException(what: String, limit: Duration) :
  IOException("$what took longer than ${limit.inWords()}")

/**
 * Runs [block] and returns its result, unless it takes longer than [limit]: then it is cancelled,
 * and once it has ended [LimitExceededException] is thrown, whose message names [what].
 */
internal suspend fun <T> Timers.within(limit: Duration, what: String, block: suspend () -> T): T =
  coroutineScope {
    val work = async(start = CoroutineStart.UNDISPATCHED) { block() }
    val overdue = LimitReached()
    val timer = after(limit) { work.cancel(overdue) }
    try {
      work.await()
    } catch (cancelled: CancellationException) {
      throw if (cancelled.isCausedBy(overdue)) LimitExceededException(what, limit) else cancelled
    } finally {
      timer.cancel()
    }
  }

/**
 * As [within], for something that must be closed: what was opened when nobody is there any more to
 * take it, because of the limit or a cancellation, is closed.
 */
internal suspend fun <T : AutoCloseable> Timers.openWithin(
  limit: Duration,
  what: String,
  open: suspend () -> T,
): T {
  var untaken: T? = null
  try {
    return within(limit, what) { open().also { untaken = it } }.also { untaken = null }
  } finally {
    untaken?.close()
  }
}

private class LimitReached : CancellationException("limit reached")

/** Coroutines may hand on a copy of a cancellation, with the original as its cause. */
private fun Throwable.isCausedBy(cause: Throwable): Boolean =
  generateSequence(this) { it.cause }.any { it === cause }

private fun Duration.inWords(): String =
  if (toMillis() % 1000 == 0L) "${toSeconds()} s" else "${toMillis()} ms"

/**
 * Runs something that may block on a thread of its own and suspends until it is done. On
 * cancellation it runs on, and nobody waits for it.
 */
internal suspend fun Strands.runAside(name: String, action: Runnable) {
  suspendCancellableCoroutine { waiting ->
    start(name) { waiting.resumeWith(runCatching { action.run() }) }
  }
}
