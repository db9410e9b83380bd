package io.weft.kotlin

import io.weft.gen.EventHandlers
import io.weft.gen.EventManager
import io.weft.gen.EventManager.Message
import io.weft.gen.HandlerEnd
import io.weft.gen.HandlerId
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.Info
import io.weft.node.Request
import io.weft.node.Self
import io.weft.node.TermCodec
import kotlin.reflect.KClass

/** What one handler of an event manager does. Its handlers run in turns of the manager. */
@WeftDsl
public interface EventHandlerScope<E : Any, Q : Any> {
  /** The process of the manager. */
  public val self: Self<*>

  /** What the handler that this one is swapped for left, or null. */
  public val inherited: Any?

  /** Handles every event. */
  public fun onEvent(handler: (E) -> Unit)

  /** Handles what reaches the manager and is neither event nor request. */
  public fun onInfo(handler: (Info) -> Unit)

  /** Runs when the handler leaves; what it returns is left to the one that is swapped in. */
  public fun onTerminate(handler: (HandlerEnd) -> Any?)

  /** In a handler: leave the manager after it. */
  public fun remove()

  /** The table behind [call]: prefer that, which checks the reply type. */
  public fun <R : Any, A : Request<R>> handleCall(type: KClass<A>, handler: (A) -> R)
}

/** Answers requests of type [A]: what [handler] returns is the reply. */
public inline fun <R : Any, reified A : Request<R>> EventHandlerScope<*, in A>.call(
  noinline handler: (A) -> R
): Unit = handleCall(A::class, handler)

/**
 * Returns a blueprint of an event manager: a process with handlers that come and go, all of which
 * get every event. OTP's gen_event. Events of a serializable type may come from other nodes.
 *
 * ```
 * val alarms = node.awaitStart(eventManager<Alarm>("alarms"))
 * alarms.addHandler(HandlerId.of("count", Count::class.java)) {
 *   var count = 0
 *   onEvent { count++ }
 *   call { _: Count.Total -> count }
 * }
 * alarms.notify(Alarm("fire"))
 * val total: Int = alarms.ask(HandlerId.of("count", Count::class.java), Count.Total)
 * ```
 *
 * @see EventManager
 */
public inline fun <reified E : Any> eventManager(label: String): Blueprint<Message<E>> =
  eventManager(label, E::class)

/** As the other [eventManager], without reified types. */
public fun <E : Any> eventManager(label: String, events: KClass<E>): Blueprint<Message<E>> =
  EventManager.define(label, codecOrNull(events) ?: TermCodec.localOnly(label))

/** Gives all handlers an event. */
public fun <E : Any> Address<Message<E>>.notify(event: E): Unit = tell(EventManager.Notify(event))

/** Gives all handlers an event, and suspends until they have handled it. */
public suspend fun <E : Any> Address<Message<E>>.syncNotify(event: E) {
  call(EventManager.SyncNotify(event))
}

/**
 * Adds a handler; [define] runs in a turn of the manager, its variables are the handler's state.
 *
 * @throws IllegalStateException if the handler failed while it was added
 */
public suspend fun <E : Any, Q : Any> Address<Message<E>>.addHandler(
  id: HandlerId<Q>,
  define: EventHandlerScope<E, Q>.() -> Unit,
) {
  call(EventManager.add(id, definition(define))).orThrow()
}

/**
 * Puts a handler in the place of another, which leaves it something: [EventHandlerScope.inherited].
 *
 * @throws IllegalStateException if the handler failed while it was added
 */
public suspend fun <E : Any, Q : Any> Address<Message<E>>.swapHandler(
  old: HandlerId<*>,
  id: HandlerId<Q>,
  define: EventHandlerScope<E, Q>.() -> Unit,
) {
  call(EventManager.swap(old, id, definition(define))).orThrow()
}

/**
 * Takes a handler away; returns what it left, `true` for nothing.
 *
 * @throws IllegalStateException if there is no such handler
 */
public suspend fun <E : Any> Address<Message<E>>.deleteHandler(id: HandlerId<*>): Any =
  call(EventManager.delete<E>(id)).orThrow()

/**
 * Asks one handler.
 *
 * @throws IllegalStateException if there is no such handler, or it failed
 */
public suspend fun <E : Any, Q : Any, R : Any, A> Address<Message<E>>.ask(
  id: HandlerId<Q>,
  request: A,
): R where A : Request<R> = call(EventManager.ask<E, Q, R, A>(id, request)).orThrow()

/** Returns which handlers there are, the one added last first. */
public suspend fun <E : Any> Address<Message<E>>.handlers(): List<HandlerId<*>> =
  call(EventManager.WhichHandlers<E>())

private fun <E : Any, Q : Any> definition(define: EventHandlerScope<E, Q>.() -> Unit) =
  EventManager.Definition<E, Q> { on, self -> HandlerScope(on, self).define() }

private class HandlerScope<E : Any, Q : Any>(
  private val on: EventHandlers<E, Q>,
  override val self: Self<*>,
) : EventHandlerScope<E, Q> {
  override val inherited: Any? = on.inherited()

  override fun onEvent(handler: (E) -> Unit) {
    on.onEvent(handler)
  }

  override fun onInfo(handler: (Info) -> Unit) {
    on.onInfo(handler)
  }

  override fun onTerminate(handler: (HandlerEnd) -> Any?) {
    on.onTerminate(handler)
  }

  override fun remove(): Unit = on.remove()

  override fun <R : Any, A : Request<R>> handleCall(type: KClass<A>, handler: (A) -> R) {
    on.call<R, A>(type.java, handler)
  }
}
