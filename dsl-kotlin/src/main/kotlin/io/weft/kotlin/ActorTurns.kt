package io.weft.kotlin

import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Self
import io.weft.runtime.Timers
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.AbstractCoroutine
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
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
 * A straight-line body is one handler for a whole life. It takes its messages itself, so nothing is
 * held, and the process ends with it.
 *
 * ### Children
 *
 * Resumptions, of the handler and of the children it launched, are posted to the process as signals
 * and so run in its turns. A child that fails cancels the others and ends the process with its
 * failure, before another message is handled.
 *
 * ### The end
 *
 * When the process ends, the job is cancelled. What can be cleaned up at once is cleaned up inside
 * that turn, also when the process is killed. What takes longer holds the end, for [grace] at most;
 * links and monitors are told after that. A kill does not wait.
 */
internal class ActorTurns(val self: Self<*>, private val straightLine: Boolean) :
  CoroutineScope, CoroutineContext, Continuation<Unit> {
  @Volatile private var life: Life? = null
  private var suspended = false

  @Volatile private var failure: Throwable? = null
  @Volatile private var ending = false
  private var end: End? = null

  /** Who waits where the job does not see it, and is told when everything is cancelled. */
  var parked: Continuation<Nothing>? = null

  /** When whoever waits for the present handler gives up: [From.deadline]. */
  var deadline: Long = From.NO_DEADLINE

  /** How long coroutines may take to finish once the process ends; null if that was not told. */
  var grace: Duration? = null

  /** Whether something needed more than this object so far. */
  val isMade: Boolean
    get() = life != null

  override val coroutineContext: CoroutineContext
    get() = this

  override val context: CoroutineContext
    get() = this

  /** As [run], for a handler that [caller] waits for, if there is one. */
  fun runFor(caller: From?, handler: suspend CoroutineScope.() -> Unit) {
    deadline = caller?.deadline() ?: From.NO_DEADLINE
    run(handler)
  }

  /** As [runFor], for a handler of a message. */
  fun <M> runFor(caller: From?, message: M, handler: suspend CoroutineScope.(M) -> Unit) {
    deadline = caller?.deadline() ?: From.NO_DEADLINE
    begin { handler.startUndispatched(this, message, this) }
  }

  /** Runs [handler] to its end or to its first suspension. Called in a turn. */
  fun run(handler: suspend CoroutineScope.() -> Unit) {
    begin { handler.startCoroutineUninterceptedOrReturn(this, this) }
  }

  private inline fun begin(start: () -> Any?) {
    val result =
      try {
        start()
      } catch (cancelled: CancellationException) {
        if (!isCancelled()) throw cancelled
        self.hold() // the process ends with what cancelled the job, and handles nothing before
      }
    if (result === COROUTINE_SUSPENDED) {
      suspended = true
      if (!straightLine) self.hold()
    } else if (straightLine) self.stop(ExitReason.NORMAL)
    throwFailure()
  }

  /** Runs a part of a straight-line body for a caller that gives up at [time]. */
  suspend fun <T> under(time: Long, part: suspend () -> T): T {
    val before = deadline
    deadline = time
    try {
      return part()
    } finally {
      deadline = before
    }
  }

  /** Lets who is [parked] go on in this turn. */
  fun unpark(step: () -> Unit) {
    parked = null
    step()
    throwFailure()
  }

  /** The end of a handler that was suspended. Called in a turn. */
  override fun resumeWith(result: Result<Unit>) {
    suspended = false
    val failure = result.exceptionOrNull()
    val cancelled = failure is CancellationException && isCancelled()
    if (failure != null && !cancelled) fail(failure)
    when {
      ending -> releaseWhenFinished()
      failure == null -> if (straightLine) self.stop(ExitReason.NORMAL) else self.release()
    // else the process stays held until it ends, with the failure or with what cancelled the job
    }
  }

  private fun isCancelled() = life?.isCancelled == true

  /** Runs [step] in a turn of the process. Any thread. */
  fun post(step: Runnable): Unit = self.post {
    step.run()
    throwFailure()
  }

  /**
   * Ends the process with [cause]: at the end of the present step if this is one of its turns, else
   * soon. Any thread.
   */
  fun fail(cause: Throwable) {
    if (ending) {
      self.post { self.warn("failed while it ended", cause) }
      return
    }
    if (failure == null) failure = cause
    self.post(::throwFailure)
  }

  private fun throwFailure() {
    if (!ending) failure?.let { throw it }
  }

  /**
   * Runs [handler] when the process has begun to end, before [end]: it is not cancelled with the
   * rest, which waits for it.
   */
  fun runLast(handler: suspend CoroutineScope.() -> Unit) {
    val step = LastStep()
    if (handler.startCoroutineUninterceptedOrReturn(this, step) === COROUTINE_SUSPENDED) {
      end().lastStep = step
    }
  }

  /**
   * Cancels what still runs, and holds the end of the process until it has finished. Called in the
   * last turn.
   */
  fun end(reason: ExitReason) {
    ending = true
    if (!suspended && life == null) return
    val end = end()
    end.reason = reason
    if (end.lastStep == null) cancel(end)
    if (!isFinished()) {
      end.held = true
      self.hold()
      if (reason == ExitReason.KILLED) AbandonedCoroutines.tell(self, ::isFinished)
    }
  }

  private fun end(): End = end ?: End().also { end = it }

  private fun cancel(end: End) {
    val life = life()
    val why = "the process ended: ${end.reason.term().abbreviate(MAX_REASON_CHARS)}"
    val cancelled = CancellationException(why)
    life.dispatcher.inThisTurn {
      life.end(cancelled)
      parked?.let { unpark { it.resumeWithException(cancelled) } }
    }
    val limit = grace ?: DEFAULT_GRACE
    if (!isFinished() && limit.isFinite()) {
      end.graceTimer = self.after(limit.toJavaDuration()) { giveUp(end, limit) }
    }
  }

  private fun isFinished() = !suspended && end?.lastStep == null && life().isCompleted

  private fun releaseWhenFinished() {
    val end = end
    if (end != null && end.held && isFinished()) release(end)
  }

  private fun giveUp(end: End, limit: Duration) {
    if (end.held) {
      self.warn("ends without its coroutines: they did not finish within {}", limit)
      AbandonedCoroutines.tell(self, ::isFinished)
      release(end)
    }
  }

  private fun release(end: End) {
    end.held = false
    end.graceTimer?.cancel()
    self.release()
  }

  @Suppress("UNCHECKED_CAST") // each key has its elements
  override fun <E : CoroutineContext.Element> get(key: CoroutineContext.Key<E>): E? {
    if (key === Deadline) return presentDeadline() as E?
    val life = life()
    return life[key] ?: life.dispatcher[key] ?: Uncaught[key] ?: life.observed()?.get(key)
  }

  override fun <R> fold(initial: R, operation: (R, CoroutineContext.Element) -> R): R {
    val life = life()
    var result = operation(operation(initial, life), Uncaught)
    life.observed()?.let { result = operation(result, it) }
    presentDeadline()?.let { result = operation(result, it) }
    return operation(result, life.dispatcher)
  }

  /** What children of the present handler inherit, one thing less. */
  override fun minusKey(key: CoroutineContext.Key<*>): CoroutineContext =
    fold<CoroutineContext>(EmptyCoroutineContext) { all, element -> all + element }.minusKey(key)

  private fun presentDeadline(): Deadline? =
    if (deadline == From.NO_DEADLINE) null
    else life?.deadline(deadline) ?: Deadline(deadline, self.node().seams().clock())

  private fun life(): Life = life ?: makeLife()

  @Synchronized private fun makeLife(): Life = life ?: Life(this).also { life = it }

  /**
   * What an actor needs once a handler suspends or launches: the job of all its coroutines, and
   * what dispatches them. One object, since many actors may be suspended; what else belongs to a
   * context is made when somebody looks for it.
   *
   * The job is cancelled by the end of the process, by a child that failed, or by its user.
   */
  @OptIn(InternalCoroutinesApi::class)
  private class Life(val turns: ActorTurns) :
    AbstractCoroutine<Unit>(EmptyCoroutineContext, initParentJob = false, active = true) {
    val dispatcher = TurnDispatcher(turns)

    private var kept: Kept? = null

    /** A flow wants to meet the same elements whenever it looks. */
    private class Kept {
      var time = From.NO_DEADLINE
      var deadline: Deadline? = null
      var observed: CoroutineContext.Element? = null
    }

    private fun kept(): Kept = kept ?: Kept().also { kept = it }

    fun deadline(time: Long): Deadline {
      val kept = kept()
      return kept.deadline?.takeIf { kept.time == time }
        ?: Deadline(time, turns.self.node().seams().clock()).also {
          kept.time = time
          kept.deadline = it
        }
    }

    fun observed(): CoroutineContext.Element? =
      if (turns.self.node().observer() == null) null
      else
        kept().let {
          it.observed ?: ObservedContext.of(turns.self).also { made -> it.observed = made }
        }

    override fun onCancelling(cause: Throwable?) {
      if (cause != null && !turns.ending) turns.fail(asFailure(cause))
    }

    private fun asFailure(cause: Throwable): Throwable =
      generateSequence(cause) { it.cause }.firstOrNull { it !is CancellationException }
        ?: ExitException(ExitReason.SHUTDOWN)

    /** Nothing is to run any more: complete when all children are. */
    fun end(why: CancellationException) {
      cancel(why)
      resumeWith(Result.success(Unit))
    }

    override fun afterCompletion(state: Any?) {
      turns.self.post(turns::releaseWhenFinished)
    }
  }

  /**
   * A child's failure came to its [Life] already; any other stays where it was supervised, and is
   * told of. One for all actors: it finds whose coroutine failed.
   */
  @OptIn(ExperimentalCoroutinesApi::class)
  private object Uncaught :
    AbstractCoroutineContextElement(CoroutineExceptionHandler), CoroutineExceptionHandler {
    override fun handleException(context: CoroutineContext, exception: Throwable) {
      val life = generateSequence(context[Job]) { it.parent }.firstOrNull { it is Life } as Life?
      val dispatcher = context[ContinuationInterceptor] as? TurnDispatcher
      val self = life?.turns?.self ?: dispatcher?.self
      if (self == null) { // a coroutine that left its actor
        val thread = Thread.currentThread()
        thread.uncaughtExceptionHandler.uncaughtException(thread, exception)
      } else if (life == null || life.isActive) {
        self.post { self.warn("goes on after a supervised coroutine failed", exception) }
      }
    }
  }

  /** What an actor needs when it ends. */
  private class End {
    var lastStep: LastStep? = null
    var reason: ExitReason = ExitReason.NORMAL
    var held = false
    var graceTimer: Timers.Timer? = null
  }

  /** The end of what runs when the process has begun to end. */
  private inner class LastStep : Continuation<Unit> {
    override val context: CoroutineContext by lazy { life().dispatcher + NonCancellable }

    override fun resumeWith(result: Result<Unit>) {
      val end = end()
      end.lastStep = null
      result.onFailure(::fail)
      cancel(end)
      releaseWhenFinished()
    }
  }

  private companion object {
    /** OTP's default shutdown time of a worker. */
    val DEFAULT_GRACE = 5.seconds

    const val MAX_REASON_CHARS = 200
  }
}
