package io.weft.kotlin

import io.weft.gen.GenServer
import io.weft.gen.Handlers
import io.weft.gen.Reply
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Request
import io.weft.node.Self
import kotlin.reflect.KClass

/**
 * A server written as a class. What it can do of itself is a context parameter, so its functions,
 * and those it calls, are run in a test without any node: with a [RecordingTurn].
 *
 * ```
 * class TillServer : Server<Till> {
 *   private val stock = HashMap<String, Int>()
 *
 *   context(turn: Turn<Till>)
 *   override suspend fun handle(message: Till): Handled = when (message) {
 *     is Till.Add -> done { stock.merge(message.sku, message.n, Int::plus) }
 *     is Till.Stock -> message.answer(stock[message.sku] ?: 0)
 *   }
 * }
 *
 * val till = serverOf("till") { TillServer() }
 * ```
 *
 * The compiler knows that all messages are handled, and that answers have the types of their
 * requests. The rules of [ServerScope] hold: a handler may suspend, and no other message is handled
 * meanwhile.
 *
 * @param P the protocol
 */
public interface Server<P : Any> {
  /** Runs before the first message; whoever waits for the start waits for it. */
  context(turn: Turn<P>)
  public suspend fun start() {}

  /**
   * Handles a message. A request is answered by what is returned, [answer] or [later]; if that is
   * [Handled.DONE] its caller is told that nobody will.
   */
  context(turn: Turn<P>)
  public suspend fun handle(message: P): Handled

  /**
   * Runs when the server stops or crashes, but not when an exit signal ends it, nor when it never
   * served.
   */
  context(turn: Turn<P>)
  public suspend fun terminate(reason: ExitReason) {}
}

/** What became of a message: a value, so that a test of a [Server] can compare it. */
public sealed interface Handled {
  /** The answer to a request. */
  public data class Answered<R : Any>(val request: Request<R>, val value: R) : Handled

  /** A request whose answer comes later. */
  public class Deferred<R : Any>
  internal constructor(internal val request: Request<R>, internal val keep: (Reply<R>) -> Unit) :
    Handled

  /** The message was handled, and nothing is to be said. */
  public data object Done : Handled

  public companion object {
    /** [Done], as a word. */
    public val DONE: Handled = Done
  }
}

/** Does something, and is [Handled.DONE]. */
public inline fun done(action: () -> Unit): Handled {
  action()
  return Handled.Done
}

/** Returns the answer to a request, of the type that it names. */
public fun <R : Any> Request<R>.answer(value: R): Handled = Handled.Answered(this, value)

/**
 * Answers a request later, from any thread: [keep] gets the reply to be sent.
 *
 * ```
 * is Till.Slow -> message.later { reply -> turn.launch { reply.send(compute()) } }
 * ```
 */
public fun <R : Any> Request<R>.later(keep: (Reply<R>) -> Unit): Handled =
  Handled.Deferred(this, keep)

/**
 * Returns a blueprint of a server that is an object of a class; [make] makes one for each start.
 *
 * @param label what logs and reports call it; to be found under a name it needs [Blueprint.named]
 */
public inline fun <reified P : Any> serverOf(
  label: String,
  noinline make: () -> Server<P>,
): Blueprint<P> = serverOf(label, P::class, make)

/** Returns a blueprint of a server for the protocol [protocol]: the same without reified types. */
public fun <P : Any> serverOf(
  label: String,
  protocol: KClass<P>,
  make: () -> Server<P>,
): Blueprint<P> =
  GenServer.define(label, protocol.java) { on, self ->
      ObjectScope(on, self, ActorTurns(self, straightLine = false)).define(protocol.java, make())
    }
    .speaking(protocol)

/** Runs a [Server] by the core's handler table, whose one entry is for all messages. */
private class ObjectScope<P : Any>(
  private val table: Handlers<P>,
  self: Self<P>,
  turns: ActorTurns,
) : ProcessTurn<P>(self, turns) {
  private var serving = false

  fun define(protocol: Class<P>, server: Server<P>) {
    table.onEnded(turns::end)
    table.completeLater()
    table.onTerminate { reason ->
      if (serving) turns.runLast { context(this@ObjectScope) { server.terminate(reason) } }
    }
    table.handle(protocol) { message, caller ->
      turns.runFor(caller) {
        finish(message, context(this@ObjectScope) { server.handle(message) }, caller)
      }
    }
    turns.run {
      context(this@ObjectScope) { server.start() }
      table.requireComplete()
      serving = true
    }
  }

  private fun finish(message: P, handled: Handled, caller: From?) {
    when (handled) {
      is Handled.Answered<*> -> {
        requireOwn(message, handled.request)
        if (caller != null) table.replyLast(caller::reply, handled.value)
      }
      is Handled.Deferred<*> -> keep(message, handled, caller)
      Handled.Done -> if (caller != null) refuse(message, caller)
    }
  }

  private fun <R : Any> keep(message: P, handled: Handled.Deferred<R>, caller: From?) {
    requireOwn(message, handled.request)
    handled.keep { value -> caller?.reply(value) }
  }

  private fun requireOwn(message: P, request: Request<*>) {
    check(message === request) { "$request was answered while $message was handled" }
  }

  private fun refuse(message: P, caller: From) {
    val why = "${self.label()} did not answer $message"
    self.warn("{}: its handler must return message.answer(..) or message.later {{}}", why)
    caller.refuse(why)
  }

  override fun trapExits(message: (io.weft.node.Info.Exit) -> P) {
    self.trapExit(true)
    table.onExitAs(message)
  }
}
