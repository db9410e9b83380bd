package io.weft.stage

import io.weft.node.ExitReason
import io.weft.runtime.Entropy
import io.weft.stage.gen.subscribe
import io.weft.term.Export
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms

/**
 * Decides which consumer of a producer gets which events, and how much of what they ask for is new
 * demand: GenStage's dispatcher.
 *
 * All functions run in turns of the producer, so a dispatcher needs no locks. It belongs to one
 * life of one producer, and sends events itself, through [Subscriber.send].
 *
 * Demand that functions return is what the producer is to make besides what was asked of it before;
 * never negative. A subscription is the same [Subscriber] in all calls; of one that was never taken
 * in, or is gone, calls do nothing.
 *
 * A list of events never changes once it is given away, by the producer or by the dispatcher: so a
 * dispatcher sends it, or a part of it, as it is.
 *
 * @param E the events
 */
public interface Dispatcher<E : Any> {
  /**
   * Takes a consumer in; returns the new demand, zero as a rule.
   *
   * @throws SubscriptionRefused if it cannot be taken in: the producer cancels it with that reason
   */
  public fun subscribe(subscriber: Subscriber<E>, options: SubscribeOptions): Long

  /** Lets go of a consumer, also one that [subscribe] refused; returns the new demand. */
  public fun cancel(subscriber: Subscriber<E>): Long

  /** A consumer wants [events] more, one at least; returns the new demand. */
  public fun ask(subscriber: Subscriber<E>, events: Long): Long

  /**
   * Sends events to consumers, in order, and returns those nobody has asked for: a tail of
   * [events].
   */
  public fun dispatch(events: List<E>): List<E>

  /**
   * Sends what [dispatch] has returned before, in order, though nothing was asked of the producer
   * in its place, and returns what is left. Nothing comes by it that was asked for: what was still
   * to come is so afterwards, whether these are sent or not. If not told as [dispatch], by which a
   * producer can be asked for more than is wanted.
   */
  public fun offer(events: List<E>): List<E> = dispatch(events)

  /**
   * Gives [info] back by [DispatcherHost.release], once, when all events that were dispatched
   * before it are sent: at once, for a dispatcher that keeps none.
   */
  public fun info(info: Any)
}

/** One subscription of a consumer, as a dispatcher sees it. */
public interface Subscriber<in E : Any> {
  /** The consumer. One process may be subscribed more than once. */
  public val pid: Pid

  /** What tells the subscription from all others of the producer. */
  public val tag: Term

  /** Sends the consumer events, in one message. */
  public fun send(events: List<E>)

  /**
   * Asks the producer for [events] more in the name of this consumer, as it would by itself: in
   * place of events that were for it and that it does not get. The dispatcher hears of it in a turn
   * to come, if the subscription still is there.
   */
  public fun askAgain(events: Long)
}

/** Makes the dispatcher of a producer, once for each of its lives. */
public fun interface Dispatching<E : Any> {
  public fun dispatcher(host: DispatcherHost): Dispatcher<E>
}

/** What a dispatcher may ask of its producer. */
public interface DispatcherHost {
  /** Lets the producer handle an info that was given to [Dispatcher.info]. */
  public fun release(info: Any)

  /** Logs a warning that names the producer; lines of one format are limited. */
  public fun warn(format: String, vararg arguments: Any)

  /** Random numbers, those of the node. */
  public val entropy: Entropy

  /** Returns the term that other nodes know [event] as; null if the events never leave the node. */
  public fun term(event: Any): Term?

  /**
   * Returns the function that foreign consumers mean by [name], to be called with its arguments in
   * turns of the producer; null if the node provides none that may run there.
   *
   * @see io.weft.node.Functions.provideDirect
   */
  public fun function(name: Export): ((List<Term>) -> Term)?
}

/** A consumer is not taken in, and told so: its subscription is cancelled with [reason]. */
public class SubscriptionRefused(public val reason: ExitReason) :
  RuntimeException("subscription refused: $reason") {
  public companion object {
    /** Refuses options that do not fit, with the reason `{bad_opts, Text}`. */
    @JvmStatic
    public fun badOptions(text: String): SubscriptionRefused =
      SubscriptionRefused(ExitReason.of(Terms.tuple(BAD_OPTIONS, Terms.binary(text))))

    private val BAD_OPTIONS = Terms.atom("bad_opts")
  }
}
