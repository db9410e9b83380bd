package io.weft.kotlin

import io.weft.gen.Next
import io.weft.gen.Reply
import io.weft.gen.StateHandlers
import io.weft.gen.Timeout
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.Request
import kotlin.reflect.KClass
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineScope

/**
 * The handler table of one state, or of all states of a type: what a machine does with an event
 * while it is there. Every handler returns what comes next, and may suspend.
 *
 * @param S the states of the machine
 * @param P its protocol
 * @param T the states this table is for
 */
@WeftDsl
public interface StateScope<S : Any, P : Any, T : Any> : Transit<S, P> {
  /** The present state, in handlers of this table. */
  public val state: T

  /** Runs when the machine enters the state, also as its first; it is given the state before. */
  public fun enter(handler: suspend CoroutineScope.(from: S) -> Next<S, *>)

  /** Handles the state timeout, whatever it carries. */
  public fun onStateTimeout(handler: suspend CoroutineScope.() -> Next<S, *>)

  /** Handles the state timeout that carries a [type]. */
  public fun <C : Any> onStateTimeout(
    type: KClass<C>,
    handler: suspend CoroutineScope.(C) -> Next<S, *>,
  )

  /** Handles the event timeout, whatever it carries. */
  public fun onEventTimeout(handler: suspend CoroutineScope.() -> Next<S, *>)

  /** Handles a named timeout that carries nothing. */
  public fun onTimeout(name: Timeout<Void>, handler: suspend CoroutineScope.() -> Next<S, *>)

  /** Handles a named timeout, given what it carries. */
  public fun <C : Any> onTimeoutOf(
    name: Timeout<C>,
    handler: suspend CoroutineScope.(C) -> Next<S, *>,
  )

  /** Handles exit signals, for a machine that traps them. */
  public fun onExit(handler: suspend CoroutineScope.(Info.Exit) -> Next<S, *>)

  /** Handles the reports of monitors. */
  public fun onDown(handler: suspend CoroutineScope.(Info.Down) -> Next<S, *>)

  /** Handles terms that are no message of the protocol. By default they are logged and dropped. */
  public fun onUnknown(handler: suspend CoroutineScope.(Info.Unknown) -> Next<S, *>)

  /** The table behind [internal]: prefer that. */
  public fun <E : Any> handleInternal(
    type: KClass<E>,
    handler: suspend CoroutineScope.(E) -> Next<S, *>,
  )

  /** The table behind [cast]: prefer that, which checks the message type. */
  public fun <Q : Any> handleCast(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q) -> Next<S, *>,
  )

  /** The table behind [callDeferred]: prefer that, which checks the reply type. */
  public fun <R : Any, Q : Request<R>> handleDeferred(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q, Reply<R>) -> Next<S, *>,
  )

  /** The table behind [postpone]: prefer that, which checks the message type. */
  public fun postponeAll(type: KClass<*>)

  /** The table behind [ignore]: prefer that, which checks the message type. */
  public fun ignoreAll(type: KClass<*>)
}

/** Handles messages of type [Q] that nobody waits for. */
public inline fun <S : Any, reified Q : Any> StateScope<S, in Q, *>.cast(
  noinline handler: suspend CoroutineScope.(Q) -> Next<S, *>
): Unit = handleCast(Q::class, handler)

/** Handles requests of type [Q], which change no state: what [handler] returns is the reply. */
public inline fun <S : Any, R : Any, reified Q : Request<R>> StateScope<S, in Q, *>.call(
  noinline handler: suspend CoroutineScope.(Q) -> R
): Unit = handleDeferred<R, Q>(Q::class) { request, reply -> keep().reply(reply, handler(request)) }

/**
 * Handles requests of type [Q]: they are answered in the transition, `goTo(State.OPEN).reply(reply,
 * true)`, or in a later one.
 */
public inline fun <S : Any, R : Any, reified Q : Request<R>> StateScope<S, in Q, *>.callDeferred(
  noinline handler: suspend CoroutineScope.(Q, Reply<R>) -> Next<S, *>
): Unit = handleDeferred(Q::class, handler)

/** Handles events of type [E] that the machine made for itself: [Next.internal]. */
public inline fun <S : Any, reified E : Any> StateScope<S, *, *>.internal(
  noinline handler: suspend CoroutineScope.(E) -> Next<S, *>
): Unit = handleInternal(E::class, handler)

/** Puts messages of type [Q] off until the state has changed. */
public inline fun <reified Q : Any> StateScope<*, in Q, *>.postpone(): Unit = postponeAll(Q::class)

/** Drops messages of type [Q]; a caller is told. */
public inline fun <reified Q : Any> StateScope<*, in Q, *>.ignore(): Unit = ignoreAll(Q::class)

/** Fills the table of the core with handlers that may suspend. */
internal class TableOfState<S : Any, P : Any, T : S>(
  private val table: StateHandlers<S, P, T>,
  machine: Transit<S, P>,
  private val steps: MachineSteps<S, P>,
) : StateScope<S, P, T>, Transit<S, P> by machine {
  override val state: T
    get() = table.state()

  override fun enter(handler: suspend CoroutineScope.(S) -> Next<S, *>) {
    table.enter { from -> steps.take(null) { handler(from) } }
  }

  override fun onStateTimeout(handler: suspend CoroutineScope.() -> Next<S, *>) {
    table.stateTimeout { steps.take(null, handler) }
  }

  override fun <C : Any> onStateTimeout(
    type: KClass<C>,
    handler: suspend CoroutineScope.(C) -> Next<S, *>,
  ) {
    table.stateTimeout(type.javaObjectType) { content -> steps.take(null) { handler(content) } }
  }

  override fun onEventTimeout(handler: suspend CoroutineScope.() -> Next<S, *>) {
    table.eventTimeout { steps.take(null, handler) }
  }

  override fun onTimeout(
    name: Timeout<Void>,
    handler: suspend CoroutineScope.() -> Next<S, *>,
  ) {
    table.timeout(name, StateHandlers.TimeoutHandler { steps.take(null, handler) })
  }

  override fun <C : Any> onTimeoutOf(
    name: Timeout<C>,
    handler: suspend CoroutineScope.(C) -> Next<S, *>,
  ) {
    table.timeout(
      name,
      StateHandlers.Handler { content: C -> steps.take(null) { handler(content) } },
    )
  }

  override fun onExit(handler: suspend CoroutineScope.(Info.Exit) -> Next<S, *>): Unit =
    onInfo(Info.Exit::class, handler)

  override fun onDown(handler: suspend CoroutineScope.(Info.Down) -> Next<S, *>): Unit =
    onInfo(Info.Down::class, handler)

  override fun onUnknown(handler: suspend CoroutineScope.(Info.Unknown) -> Next<S, *>): Unit =
    onInfo(Info.Unknown::class, handler)

  private fun <I : Info> onInfo(
    type: KClass<I>,
    handler: suspend CoroutineScope.(I) -> Next<S, *>,
  ) {
    table.info(type.java) { info -> steps.take(null) { handler(info) } }
  }

  override fun <E : Any> handleInternal(
    type: KClass<E>,
    handler: suspend CoroutineScope.(E) -> Next<S, *>,
  ) {
    table.internal(type.javaObjectType) { event -> steps.take(null) { handler(event) } }
  }

  override fun <Q : Any> handleCast(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q) -> Next<S, *>,
  ) {
    table.handle(type.java) { message, caller -> steps.take(caller) { handler(message) } }
  }

  override fun <R : Any, Q : Request<R>> handleDeferred(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q, Reply<R>) -> Next<S, *>,
  ) {
    table.handle(type.java) { request, caller ->
      steps.take(caller) { handler(request, replyTo(caller)) }
    }
  }

  private fun <R : Any> replyTo(caller: From?) = Reply<R> { value -> caller?.reply(value) }

  override fun postponeAll(type: KClass<*>) {
    table.handle(type.java) { _, _ -> postpone() }
  }

  override fun ignoreAll(type: KClass<*>) {
    table.handle(type.java) { _, caller ->
      caller?.refuse("${type.simpleName} means nothing in the state $state")
      keep()
    }
  }
}

// --- times of Kotlin
// -------------------------------------------------------------------------------

/** As the member, with a duration of Kotlin. */
public fun <S : Any, P : Any> Next<S, P>.stateTimeout(time: Duration): Next<S, P> =
  stateTimeout(time.toJavaDuration())

/** As the member, with a duration of Kotlin. */
public fun <S : Any, P : Any> Next<S, P>.stateTimeout(time: Duration, content: Any): Next<S, P> =
  stateTimeout(time.toJavaDuration(), content)

/** As the member, with a duration of Kotlin. */
public fun <S : Any, P : Any> Next<S, P>.eventTimeout(time: Duration): Next<S, P> =
  eventTimeout(time.toJavaDuration())

/** As the member, with a duration of Kotlin. */
public fun <S : Any, P : Any> Next<S, P>.timeout(name: Timeout<Void>, time: Duration): Next<S, P> =
  timeout(name, time.toJavaDuration())

/** As the member, with a duration of Kotlin. */
public fun <S : Any, P : Any, C : Any> Next<S, P>.timeout(
  name: Timeout<C>,
  time: Duration,
  content: C,
): Next<S, P> = timeout(name, time.toJavaDuration(), content)

/** Returns a named timeout that carries a [C]. */
public inline fun <reified C : Any> timeoutOf(name: String): Timeout<C> =
  Timeout.named(name, C::class.javaObjectType)
