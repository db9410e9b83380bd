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
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.Runnable

/**
 * Runs the coroutines of one actor in the turns of its process: the one home of that rule.
 *
 * ### Handlers
 *
 * A handler starts undispatched, in the turn that took its message. If it comes back without
 * suspending, nothing of the coroutine machinery was used. If it suspends, the process is held: it
 * takes no further message until the handler is done. There is at most one such handler, so this
 * one object is the scope, the context and the completion of all of them; as a context it makes its
 * elements when somebody first looks for one.
 *
 * ### Children
 *
 * Resumptions, of the handler and of the children it launched, are posted to the process as signals
 * and so run in its turns. A child that fails cancels the others and ends the process with its
 * failure, before another message is handled.
 *
 * ### The end
 *
 * When the process ends, the job is cancelled and the end is held until the handler and all
 * children are finished; links and monitors are told after that. A kill does not wait.
 */
internal class ActorTurns(val self: Self<*>) :
  CoroutineScope, CoroutineContext, Continuation<Unit> {
  private var life: Life? = null
  private var suspended: CompletableJob? = null
  private var ending = false
  @Volatile private var failure: Throwable? = null

  /** Whether something needed more than this object so far. */
  val isMade: Boolean
    get() = life != null

  override val coroutineContext: CoroutineContext
    get() = this

  override val context: CoroutineContext
    get() = this

  // --- handlers

  /** Runs [handler] to its end or to its first suspension. Called in a turn. */
  fun run(handler: suspend CoroutineScope.() -> Unit) {
    val result = handler.startCoroutineUninterceptedOrReturn(this, this)
    if (result === COROUTINE_SUSPENDED) {
      suspended = Job(life().job)
      self.hold()
    }
    throwFailure()
  }

  /** The end of a handler that was suspended. Called in a turn. */
  override fun resumeWith(result: Result<Unit>) {
    result.exceptionOrNull()?.let(::handlerFailed)
    if (!ending) self.release() // the end has a hold of its own, on the job
    suspended?.complete()
    suspended = null
  }

  private fun handlerFailed(cause: Throwable) {
    val cancelled = cause is CancellationException && life().job.isCancelled
    if (!cancelled) fail(cause)
  }

  // --- failures

  /**
   * Ends the process with [cause]: at the end of the present step if this is one of its turns, else
   * soon. Any thread.
   */
  fun fail(cause: Throwable) {
    if (failure == null) failure = cause
    self.post(::throwFailure)
  }

  private fun throwFailure() {
    if (!ending) failure?.let { throw it }
  }

  /** Runs [step] in a turn of the process. Any thread. */
  fun post(step: Runnable): Unit = self.post {
    step.run()
    throwFailure()
  }

  // --- the end

  /**
   * Cancels what still runs, and holds the end of the process until it has finished. Called in the
   * last turn.
   */
  fun end(reason: ExitReason) {
    ending = true
    val job = life?.job ?: return
    job.cancel(CancellationException("the process ended: $reason"))
    if (!job.isCompleted) {
      self.hold()
      job.invokeOnCompletion { self.post(self::release) }
    }
  }

  // --- the context

  override fun <E : CoroutineContext.Element> get(key: CoroutineContext.Key<E>): E? =
    life().context[key]

  override fun <R> fold(initial: R, operation: (R, CoroutineContext.Element) -> R): R =
    life().context.fold(initial, operation)

  override fun minusKey(key: CoroutineContext.Key<*>): CoroutineContext =
    life().context.minusKey(key)

  private fun life(): Life = life ?: Life(this).also { life = it }

  /** What an actor needs once a handler suspends or launches. */
  private class Life(turns: ActorTurns) {
    val job: CompletableJob = Job()
    val context: CoroutineContext =
      job + TurnDispatcher(turns) + CoroutineExceptionHandler { _, cause -> turns.fail(cause) }

    init {
      failWith(turns)
    }

    /** The job is cancelled by the end of the process, or because a child failed. */
    @OptIn(InternalCoroutinesApi::class)
    private fun failWith(turns: ActorTurns) {
      job.invokeOnCompletion(onCancelling = true) { cause ->
        if (cause != null && !turns.ending) turns.fail(cause)
      }
    }
  }
}

/** Dispatches to the turns of a process, and delays by the timers of its node. */
@OptIn(InternalCoroutinesApi::class)
internal class TurnDispatcher(private val turns: ActorTurns) : CoroutineDispatcher(), Delay {
  val self: Self<*>
    get() = turns.self

  override fun dispatch(context: CoroutineContext, block: Runnable): Unit = turns.post(block)

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
}
