package io.weft.testkit

import java.time.Duration
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Runnable

/** Runs the coroutines of a test on its thread, between the turns of processes, in virtual time. */
@OptIn(InternalCoroutinesApi::class)
internal class TestDispatcher(private val cluster: TestCluster) : CoroutineDispatcher(), Delay {
  /** How many of the test's coroutines wait for a time to come. */
  var delays = 0
    private set

  /** When a coroutine of the test went on last. */
  var lastStep: Duration = Duration.ZERO
    private set

  override fun dispatch(context: CoroutineContext, block: Runnable) = execute(block)

  private fun execute(block: Runnable) = cluster.execute {
    lastStep = cluster.now
    block.run()
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
    delays++
    val timer =
      cluster.after(Duration.ofMillis(timeMillis)) {
        delays--
        lastStep = cluster.now
        execute(step)
      }
    return DisposableHandle { if (timer.cancel()) delays-- }
  }
}
