package io.weft.kotlin

import io.weft.node.ExitReason
import io.weft.node.Self
import java.time.Duration
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Delay
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.SupervisorJob

/**
 * Runs the coroutines of one actor in the turns of its process: the one home of that rule.
 *
 * A handler starts undispatched, in the turn that took its message. If it comes back without suspending, nothing of the
 * coroutine machinery was used. If it suspends, the process is held: it takes no further message until the handler is done.
 * Resumptions, of the handler and of the children it launched, are posted to the process as signals and so run in its turns.
 *
 * When the process ends, its job is cancelled and the end is held until the handler and all children are finished; links and
 * monitors are told after that. A kill does not wait.
 */
internal class ActorTurns(private val self: Self<*>) {
  private val job = SupervisorJob()
  private val failures = CoroutineExceptionHandler { _, failure -> crash(failure) }

  val scope: CoroutineScope =
    object : CoroutineScope {
      override val coroutineContext: CoroutineContext = job + TurnDispatcher(self) + failures
    }

  /** Runs [handler] to its end or to its first suspension. Called in a turn. */
  fun run(handler: suspend CoroutineScope.() -> Unit) {
    val completion = HandlerCompletion()
    val result = handler.startCoroutineUninterceptedOrReturn(scope, completion)
    if (result === COROUTINE_SUSPENDED) {
      completion.suspended()
    }
  }

  /** Cancels what still runs, and holds the end of the process until it has finished. Called in the last turn. */
  fun end(reason: ExitReason) {
    job.cancel(CancellationException("the process ended: $reason"))
    if (!job.isCompleted) {
      self.hold()
      job.invokeOnCompletion { self.post { self.release() } }
    }
  }

  /** Ends the process with [failure], before it handles another message. */
  private fun crash(failure: Throwable) {
    self.post { throw failure }
  }

  /** The end of one handler. Until a handler suspends this is all that exists of its coroutine. */
  private inner class HandlerCompletion : Continuation<Unit> {
    private var running: CompletableJob? = null

    override val context: CoroutineContext
      get() = scope.coroutineContext

    /** Holds the process and makes its end wait for this handler. */
    fun suspended() {
      running = Job(job)
      self.hold()
    }

    override fun resumeWith(result: Result<Unit>) {
      val failure = result.exceptionOrNull()
      if (failure == null || failure is CancellationException && job.isCancelled) {
        self.release()
      } else {
        crash(failure) // the process stays held, so nothing is handled before it ends
      }
      running?.complete()
    }
  }
}

/** Dispatches to the turns of a process, and delays by the timers of its node. */
@OptIn(InternalCoroutinesApi::class)
internal class TurnDispatcher(val self: Self<*>) : CoroutineDispatcher(), Delay {
  override fun dispatch(context: CoroutineContext, block: Runnable) = self.post(block)

  @OptIn(ExperimentalCoroutinesApi::class)
  override fun scheduleResumeAfterDelay(
    timeMillis: Long,
    continuation: CancellableContinuation<Unit>,
  ) {
    val timer =
      self.node().seams().timers().after(Duration.ofMillis(timeMillis)) {
        self.post { with(continuation) { resumeUndispatched(Unit) } }
      }
    continuation.invokeOnCancellation { timer.cancel() }
  }
}
