package io.weft.kotlin

import io.weft.gen.Reply
import io.weft.node.Info
import io.weft.node.Received
import io.weft.node.Request
import io.weft.node.Select
import io.weft.node.Self
import io.weft.term.Reference
import java.util.function.Supplier
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * The clauses of a selective receive, tried in their order. Guards must be quick and must not have
 * effects: they may be asked more than once. What a clause does may suspend.
 *
 * @param P the protocol of the actor
 * @param R what the receive returns
 */
@WeftDsl
public class SelectScope<P : Any, R> internal constructor(private val turns: ActorTurns) {
  private val clauses = ArrayList<Select.Clause<P, suspend () -> R>>()
  private val unfinished = LinkedHashSet<Clause<*, *>>()
  private var patience: Duration? = null
  private var otherwise: (suspend () -> R)? = null

  /** Receives any message of type [T]. */
  public inline fun <reified T : P> on(): Clause<T, R> = on { true }

  /** Receives a message of type [T] for which [guard] holds. */
  public inline fun <reified T : P> on(noinline guard: (T) -> Boolean): Clause<T, R> =
    clause(T::class.java.simpleName) { received ->
      ((received as? Received.Message)?.content() as? T)?.takeIf(guard)
    }

  /**
   * Receives the report of one monitor that [Self.monitor] made; those of [Turn.monitor] come as
   * messages of the protocol.
   */
  public fun onDown(monitor: Reference, then: suspend (Info.Down) -> R) {
    on({ (report(it) as? Info.Down)?.takeIf { down -> down.monitor() == monitor } }, then)
  }

  /** Receives an exit signal, which the actor must trap: `self.trapExit(true)`. */
  public fun onExit(then: suspend (Info.Exit) -> R) {
    on({ report(it) as? Info.Exit }, then)
  }

  /** Receives a term that is no message of the protocol. */
  public fun onUnknown(then: suspend (Info.Unknown) -> R) {
    on({ report(it) as? Info.Unknown }, then)
  }

  /** Does [otherwise] when nothing matched for [delay]; zero only looks. */
  public fun after(delay: Duration, otherwise: suspend () -> R) {
    check(patience == null) { "a select waits once: it has an after already" }
    patience = delay
    this.otherwise = otherwise
  }

  private fun report(received: Received<P>): Info? = (received as? Received.Report)?.info()

  internal fun <T : Any> on(match: (Received<P>) -> T?, then: suspend (T) -> R) {
    clauses.add { received ->
      match(received)?.let { found -> Supplier { suspend { then(found) } } }
    }
  }

  /** A clause that is complete only with what it does. */
  @PublishedApi
  internal fun <T : Any> clause(what: String, match: (Received<P>) -> T?): Clause<T, R> {
    val clause =
      Clause<T, R>(what) { made, then ->
        unfinished.remove(made)
        on(match, then)
      }
    unfinished.add(clause)
    return clause
  }

  /** A request, and its reply as one of the request's own type. */
  @PublishedApi
  internal fun <A : Any, Q : Request<A>> request(
    type: Class<Q>,
    then: suspend (Q, Reply<A>) -> R,
  ) {
    on({ (it as? Received.Call)?.takeIf { call -> type.isInstance(call.request()) } }) { call ->
      val caller = call.from()
      turns.under(caller.deadline()) { then(type.cast(call.request()), caller::reply) }
    }
  }

  internal fun build(): Select<P, suspend () -> R> {
    check(unfinished.isEmpty()) {
      "on<${unfinished.first().what}> does not say what to do: add `then { .. }`"
    }
    return Select.of { select ->
      clauses.forEach(select::add)
      val delay = patience
      val late = otherwise
      if (delay != null && late != null) select.after(delay.toJavaDuration()) { late }
    }
  }

  /** A message to receive, and what is still to be said: what is done with it. */
  public class Clause<T : Any, R>
  internal constructor(
    internal val what: String,
    private val complete: (Clause<T, R>, suspend (T) -> R) -> Unit,
  ) {
    /** Says what the receive does with the message, and returns. */
    public infix fun then(action: suspend (T) -> R): Unit = complete(this, action)
  }
}

/**
 * Receives a request of type [Q], which is to be answered with [Reply.send], now or later:
 * `onRequest { q: Till.Stock, reply -> reply.send(stock[q.sku]) }`. Calls made in [then] keep to
 * the [Deadline] of the request.
 */
public inline fun <A : Any, reified Q : Request<A>, R> SelectScope<in Q, R>.onRequest(
  noinline then: suspend (Q, Reply<A>) -> R
): Unit = request(Q::class.java, then)
