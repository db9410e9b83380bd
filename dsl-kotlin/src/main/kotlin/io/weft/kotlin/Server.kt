package io.weft.kotlin

import io.weft.gen.GenServer
import io.weft.gen.Handlers
import io.weft.gen.Reply
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Request
import io.weft.node.Self
import kotlin.reflect.KClass
import kotlinx.coroutines.CoroutineScope

/**
 * The handler table of a server, and the server itself as its handlers see it.
 *
 * Every handler may suspend. While one is suspended the server handles no other message, and what
 * comes keeps its order; signals, timers and resumptions go on. A handler resumes in a turn of its
 * own process, so the server's state is never touched by two threads. What must overlap is
 * [launched][kotlinx.coroutines.launch] in the handler's scope: such children also run in turns of
 * the process, end with it, and end it when they fail. A `launch` in the body itself begins in a
 * turn after the one that started the server. Cancelling the scope ends the server with `shutdown`.
 *
 * @param P the protocol
 */
@WeftDsl
public interface ServerScope<P : Any> : Turn<P> {
  /**
   * Traps exit signals and handles them. The exit of the server's parent is not among them: it ends
   * the server.
   */
  public fun onExit(handler: suspend CoroutineScope.(Info.Exit) -> Unit)

  /** Handles the reports of monitors. */
  public fun onDown(handler: suspend CoroutineScope.(Info.Down) -> Unit)

  /** Handles terms that are no message of the protocol. By default they are logged and dropped. */
  public fun onUnknown(handler: suspend CoroutineScope.(Info.Unknown) -> Unit)

  /**
   * Runs when the server stops or crashes, but not when an exit signal ends it, nor when it never
   * served. Children are cancelled after it.
   */
  public fun onTerminate(handler: suspend CoroutineScope.(ExitReason) -> Unit)

  /** The table behind [call]: prefer that, which checks the reply type. */
  public fun <R : Any, Q : Request<R>> handleCall(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q) -> R,
  )

  /** The table behind [callDeferred]: prefer that, which checks the reply type. */
  public fun <R : Any, Q : Request<R>> handleDeferred(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q, Reply<R>) -> Unit,
  )

  /** The table behind [cast]: prefer that, which checks the message type. */
  public fun <Q : Any> handleCast(type: KClass<Q>, handler: suspend CoroutineScope.(Q) -> Unit)
}

/**
 * Returns a blueprint of a server.
 *
 * ```
 * val counter = server<Counter>("counter") {
 *   var total = 0L
 *   cast { m: Counter.Add -> total += m.n }
 *   call { _: Counter.Get -> total }
 * }
 * ```
 *
 * [body] runs once at each start of the process: its variables are the server's state. It may
 * suspend; no message is handled before it is done, and whoever waits for the start waits for it.
 * When it leaves a message of a sealed protocol without a handler, the start fails and names it. A
 * serializable protocol can be spoken by foreign nodes, in the terms of [io.weft.kotlin.etf.Etf].
 *
 * @param label what logs and reports call the server; to be found under a name it needs
 *   [Blueprint.named] as well
 */
public inline fun <reified P : Any> server(
  label: String,
  noinline body: suspend ServerScope<P>.() -> Unit,
): Blueprint<P> = server(label, P::class, body)

/** Returns a blueprint of a server for the protocol [protocol]: the same without reified types. */
public fun <P : Any> server(
  label: String,
  protocol: KClass<P>,
  body: suspend ServerScope<P>.() -> Unit,
): Blueprint<P> =
  GenServer.define(label, protocol.java) { on, self ->
      TableScope(on, self, ActorTurns(self, straightLine = false)).define(body)
    }
    .speaking(protocol)

/** Handles messages of type [Q] that nobody waits for. */
public inline fun <reified Q : Any> ServerScope<in Q>.cast(
  noinline handler: suspend CoroutineScope.(Q) -> Unit
): Unit = handleCast(Q::class, handler)

/**
 * Answers requests of type [Q]: what [handler] returns is the reply, and its type is the request's
 * own.
 */
public inline fun <R : Any, reified Q : Request<R>> ServerScope<in Q>.call(
  noinline handler: suspend CoroutineScope.(Q) -> R
): Unit = handleCall(Q::class, handler)

/** Handles messages of [type] that nobody waits for. */
public fun <Q : Any> ServerScope<in Q>.cast(
  type: KClass<Q>,
  handler: suspend CoroutineScope.(Q) -> Unit,
): Unit = handleCast(type, handler)

/**
 * Answers requests of [type]: what [handler] returns is the reply, and its type is the request's
 * own.
 */
public fun <R : Any, Q : Request<R>> ServerScope<in Q>.call(
  type: KClass<Q>,
  handler: suspend CoroutineScope.(Q) -> R,
): Unit = handleCall(type, handler)

/**
 * Handles requests of type [Q] whose reply may come later, from any thread, while other messages
 * are handled: `callDeferred { q: Till.Slow, reply -> launch { reply.send(compute(q)) } }`.
 */
public inline fun <R : Any, reified Q : Request<R>> ServerScope<in Q>.callDeferred(
  noinline handler: suspend CoroutineScope.(Q, Reply<R>) -> Unit
): Unit = handleDeferred(Q::class, handler)

/** Fills the core's handler table with handlers that may suspend. */
private class TableScope<P : Any>(
  private val table: Handlers<P>,
  self: Self<P>,
  turns: ActorTurns,
) : ProcessTurn<P>(self, turns), ServerScope<P> {
  private var serving = false

  /** The table, as long as it may be filled. */
  private val on: Handlers<P>
    get() {
      check(!serving) {
        "${self.label()} serves already: declare handlers in the body of the server, not in a handler"
      }
      return table
    }

  fun define(body: suspend ServerScope<P>.() -> Unit) {
    table.onEnded(turns::end)
    table.completeLater()
    turns.run {
      body()
      table.requireComplete()
      serving = true
    }
  }

  override fun trapExits(message: (Info.Exit) -> P) {
    self.trapExit(true)
    table.onExitAs(message)
  }

  override fun onExit(handler: suspend CoroutineScope.(Info.Exit) -> Unit) {
    self.trapExit(true)
    on.onExit { exit -> turns.runFor(null, exit, handler) }
  }

  override fun onDown(handler: suspend CoroutineScope.(Info.Down) -> Unit) {
    on.onDown { down -> turns.runFor(null, down, handler) }
  }

  override fun onUnknown(handler: suspend CoroutineScope.(Info.Unknown) -> Unit) {
    on.onUnknown { unknown -> turns.runFor(null, unknown, handler) }
  }

  override fun onTerminate(handler: suspend CoroutineScope.(ExitReason) -> Unit) {
    on.onTerminate { reason -> if (serving) turns.runLast { handler(reason) } }
  }

  override fun <R : Any, Q : Request<R>> handleCall(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q) -> R,
  ) {
    on.handle(type.java) { request, caller ->
      turns.runFor(caller) {
        val answer = handler(request)
        if (caller != null) table.replyLast(caller::reply, answer)
      }
    }
  }

  override fun <R : Any, Q : Request<R>> handleDeferred(
    type: KClass<Q>,
    handler: suspend CoroutineScope.(Q, Reply<R>) -> Unit,
  ) {
    on.handle(type.java) { request, caller ->
      val reply = Reply<R> { caller?.reply(it) }
      turns.runFor(caller) { handler(request, reply) }
    }
  }

  override fun <Q : Any> handleCast(type: KClass<Q>, handler: suspend CoroutineScope.(Q) -> Unit) {
    require(!Request::class.java.isAssignableFrom(type.java)) {
      "${type.java.name} is a request: handle it with call or callDeferred, or nobody answers"
    }
    on.handle(type.java) { message, caller -> turns.runFor(caller, message, handler) }
  }
}
