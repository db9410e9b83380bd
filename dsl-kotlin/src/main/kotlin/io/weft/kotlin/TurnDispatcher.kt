package io.weft.kotlin

import io.weft.node.Self
import java.time.Duration
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Runnable

/**
 * Dispatches to the turns of a process, and tells time by the timers of its node.
 *
 * A block that is dispatched after the end of the process is dropped, as any signal to it is.
 */
@OptIn(InternalCoroutinesApi::class)
internal class TurnDispatcher(private val turns: ActorTurns) : CoroutineDispatcher(), Delay {
  val self: Self<*>
    get() = turns.self

  /** What is inside of [inThisTurn]. */
  @Volatile private var collecting: Collecting? = null

  private class Collecting(val thread: Thread) {
    val blocks = ArrayDeque<Runnable>()
  }

  override fun dispatch(context: CoroutineContext, block: Runnable) {
    val now = collecting
    if (now?.thread === Thread.currentThread()) now.blocks.addLast(block) else turns.post(block)
  }

  /**
   * Runs [action] and, before it returns, what that dispatches from here: a process that is killed
   * has no later turn. What other threads dispatch meanwhile is posted as ever. Called in a turn.
   */
  fun inThisTurn(action: () -> Unit) {
    val now = Collecting(Thread.currentThread())
    collecting = now
    try {
      action()
      repeat(MAX_COLLECTED) { now.blocks.removeFirstOrNull()?.run() ?: return }
    } finally {
      collecting = null
      now.blocks.forEach(turns::post)
    }
  }

  @OptIn(ExperimentalCoroutinesApi::class)
  override fun scheduleResumeAfterDelay(
    timeMillis: Long,
    continuation: CancellableContinuation<Unit>,
  ) {
    val timer = after(timeMillis) { with(continuation) { resumeUndispatched(Unit) } }
    continuation.invokeOnCancellation { timer.dispose() }
  }

  override fun invokeOnTimeout(
    timeMillis: Long,
    block: Runnable,
    context: CoroutineContext,
  ): DisposableHandle = after(timeMillis, block)

  private fun after(timeMillis: Long, step: Runnable): DisposableHandle {
    val timers = self.node().seams().timers()
    val timer = timers.after(Duration.ofMillis(timeMillis)) { turns.post(step) }
    return DisposableHandle { timer.cancel() }
  }

  private companion object {
    /** More than any actor has children; what yields for ever must not keep the carrier. */
    const val MAX_COLLECTED = 100_000
  }
}
