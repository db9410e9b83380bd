package io.weft.kotlin

import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Received
import io.weft.node.Receiver
import io.weft.node.Select
import io.weft.node.Self
import io.weft.node.StepwiseBody
import java.util.function.Supplier
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume
import kotlin.reflect.KClass
import kotlin.time.Duration
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * A straight-line actor as its body sees it: it receives when and what it likes.
 *
 * The body may suspend anywhere. What comes meanwhile stays in the mailbox, in order; signals,
 * timers and the children that it [launched][kotlinx.coroutines.launch] go on, all in turns of the
 * process. The process ends `normal` when the body returns, and with the failure that escapes it.
 * An exit signal cancels the body and its children; they have the time of [grace] to finish.
 *
 * Only the body receives, and in one place at a time: a child that tries to while the body does
 * gets an [IllegalStateException].
 *
 * @param P the protocol
 */
@WeftDsl
public interface ActorScope<P : Any> : Turn<P> {
  /**
   * Waits for a message of the protocol. Requests that somebody waits for, and reports, stay in the
   * mailbox: [select] receives them.
   *
   * Cancellable. A message is not lost to a receive that is cancelled by a timeout or another
   * coroutine of this actor.
   */
  public suspend fun receive(): P

  /** As [receive], for [within] at most; null if nothing came. Zero only looks. */
  public suspend fun receive(within: Duration): P?

  /** Waits for whatever comes next. */
  public suspend fun receiveAny(): Received<P>

  /**
   * Waits for the first message that one of the clauses matches, and returns what the clause does
   * with it: Erlang's `receive`. The mailbox is looked through from the oldest message, and for
   * each the clauses are tried in order; a message that none matches stays where it is.
   *
   * ```
   * val sold = select {
   *   on<Order> { it.count > 10 } then { it.count }
   *   onExit { 0 }
   *   after(1.seconds) { -1 }
   * }
   * ```
   */
  public suspend fun <R> select(clauses: SelectScope<P, R>.() -> Unit): R
}

/**
 * Returns a blueprint of a straight-line actor.
 *
 * ```
 * val bell = actor<Bell>("bell") {
 *   var strokes = 0
 *   while (strokes < 3) when (receive()) {
 *     is Bell.Stroke -> strokes++
 *     is Bell.Stop -> return@actor
 *   }
 * }
 * ```
 *
 * [body] runs once for each start. A serializable protocol can be spoken by foreign nodes, in the
 * terms of [io.weft.kotlin.etf.Etf].
 *
 * @param label what logs and reports call the actor; to be found under a name it needs
 *   [Blueprint.named] as well
 */
public inline fun <reified P : Any> actor(
  label: String,
  noinline body: suspend ActorScope<P>.() -> Unit,
): Blueprint<P> = actor(label, P::class, body)

/** Returns a blueprint of an actor for the protocol [protocol]: the same without reified types. */
public fun <P : Any> actor(
  label: String,
  protocol: KClass<P>,
  body: suspend ActorScope<P>.() -> Unit,
): Blueprint<P> = Blueprint.stepwise(label) { ActorBody(body) }.speaking(protocol)

/** One life of an actor. */
private class ActorBody<P : Any>(private val body: suspend ActorScope<P>.() -> Unit) :
  StepwiseBody<P> {
  private var turns: ActorTurns? = null

  override fun start(self: Self<P>, receiver: Receiver<P>) {
    val turns = ActorTurns(self, straightLine = true).also { turns = it }
    val scope = ReceivingScope(self, receiver, turns)
    turns.run { scope.body() }
  }

  override fun ended(self: Self<P>, reason: ExitReason) {
    turns?.end(reason)
  }
}

private class ReceivingScope<P : Any>(
  self: Self<P>,
  private val receiver: Receiver<P>,
  turns: ActorTurns,
) : ProcessTurn<P>(self, turns), ActorScope<P> {
  private var exits: ((Info.Exit) -> P)? = null
  private val plain: Select<P, P> = Select.of { on ->
    on.add { plain(it)?.let { message -> Supplier { message } } }
  }

  /** Returns the message of the protocol in what was received, or null. */
  private fun plain(received: Received<P>): P? {
    if (received is Received.Message) return received.content()
    val exit = (received as? Received.Report)?.info() as? Info.Exit ?: return null
    return exits?.invoke(exit)
  }

  override suspend fun receive(): P = take(plain)

  override suspend fun receive(within: Duration): P? = select {
    on({ this@ReceivingScope.plain(it) }) { it }
    after(within) { null }
  }

  override suspend fun receiveAny(): Received<P> = select { on({ it }) { it } }

  override suspend fun <R> select(clauses: SelectScope<P, R>.() -> Unit): R =
    take(SelectScope<P, R>(turns).apply(clauses).build())()

  override fun trapExits(message: (Info.Exit) -> P) {
    exits = message
    self.trapExit(true)
  }

  /**
   * The body itself needs no more than its own continuation; what it is nested in may end before.
   */
  private suspend fun <T : Any> take(clauses: Select<P, T>): T =
    if (currentCoroutineContext() === turns)
      suspendCoroutineUninterceptedOrReturn { park(clauses, it) }
    else suspendCancellableCoroutine { park(clauses, it) }

  private fun <T : Any> park(clauses: Select<P, T>, body: Continuation<T>): Any {
    receiver.receive(clauses) { outcome -> turns.unpark { body.resume(outcome.get()) } }
    turns.parked = body
    return COROUTINE_SUSPENDED
  }

  private fun <T : Any> park(clauses: Select<P, T>, nested: CancellableContinuation<T>) {
    val giveUp =
      receiver.receive(clauses) { outcome -> turns.unpark { nested.resumeHere(outcome.get()) } }
    nested.invokeOnCancellation { giveUp.run() }
  }

  /**
   * Goes on within this turn: a message that is taken must not meet a coroutine cancelled since.
   */
  @OptIn(ExperimentalCoroutinesApi::class)
  private fun <T : Any> CancellableContinuation<T>.resumeHere(value: T) {
    val dispatcher = context[ContinuationInterceptor] as? TurnDispatcher
    if (dispatcher == null) resume(value) else with(dispatcher) { resumeUndispatched(value) }
  }
}
