package io.weft.stage

import io.weft.kotlin.ServerScope
import io.weft.kotlin.WeftDsl
import io.weft.node.Address
import io.weft.node.ExitReason

/**
 * A stage as its own code sees it: a server, with [call][io.weft.kotlin.call] and
 * [cast][io.weft.kotlin.cast] for its protocol, that has subscriptions.
 *
 * Every handler may suspend; nothing else is handled meanwhile, and demand waits with it. Options
 * and handlers are told in the body, which runs at each start of the stage.
 */
@WeftDsl
public interface StageScope<P : Any> : ServerScope<P> {
  /**
   * Handles the ends of subscriptions, on either side. After it a consumer ends as the
   * subscription's [SubscribeOptions.cancel] says.
   */
  public fun onSubscriptionEnd(handler: suspend (SubscriptionEnd, StageFrom) -> Unit)
}

/**
 * A stage with consumers.
 *
 * @param E what it produces
 */
@WeftDsl
public interface EmittingScope<E : Any> {
  /**
   * Hands events to the dispatcher, now and in this order; those nobody has asked for wait in the
   * buffer. In the answer to a call they go before the reply. The list is not changed any more.
   */
  public fun emit(events: List<E>)

  /** Hands one event to the dispatcher: many at once cost less. */
  public fun emit(event: E): Unit = emit(listOf(event))

  /** Who gets which events: by demand if not told. */
  public fun dispatcher(dispatching: Dispatching<E>)

  /**
   * How many events may wait for demand, and which are dropped when there are more: for a producer
   * the last 10,000 are kept if not told. Dropped events are counted and told in the log.
   *
   * @throws IllegalArgumentException if [size] is less than 1
   */
  public fun buffer(size: Int, keep: Keep)

  /** Lets as many events wait as memory holds: what stages between others do if not told. */
  public fun unboundedBuffer()

  /** Runs when a consumer subscribes, before it is served. */
  public fun onSubscriber(handler: suspend (SubscribeOptions, StageFrom) -> Unit)

  /** Tells how many events a full buffer has dropped; what it returns says if the log tells too. */
  public fun onDiscarded(handler: (Long) -> Boolean)

  /** Ends the subscription of a consumer. */
  public fun cancelConsumer(consumer: StageFrom, reason: ExitReason)

  /** The consumers that are subscribed at the moment. */
  public val consumers: List<StageFrom>

  /** How many events wait for demand. */
  public val buffered: Int
}

/** The body of a producer. */
@WeftDsl
public interface ProducerScope<E : Any, P : Any> : StageScope<P>, EmittingScope<E> {
  /**
   * Handles demand: so many events more are wanted, from one to a million; of more it is told in
   * portions. They may be emitted at once or any time later; what is emitted beyond demand is
   * buffered.
   */
  public fun onDemand(handler: suspend (Long) -> Unit)

  /** What is done with demand, from now on: [DemandMode.FORWARD] if not told. */
  public fun demand(mode: DemandMode)
}

/**
 * The body of a consumer.
 *
 * @param E what it consumes
 */
@WeftDsl
public interface ConsumerScope<E : Any, P : Any> : StageScope<P> {
  /** Handles events, in portions of at most `maxDemand - minDemand`; then more are asked for. */
  public fun onEvents(handler: suspend (List<E>, StageFrom) -> Unit)

  /** Decides who asks for events of a new subscription; the stage itself if not told. */
  public fun onSubscribed(handler: suspend (SubscribeOptions, StageFrom) -> Asking)

  /** Subscribes, with the default options, when the body or the present handler is done. */
  public fun subscribeTo(producer: Address<out Produces<E>>)

  /** Subscribes, when the body or the present handler is done. */
  public fun subscribeTo(
    producer: Address<out Produces<E>>,
    options: SubscriptionScope<E>.() -> Unit,
  )

  /** Asks for events, where that is [Asking.MANUAL]. */
  public fun ask(producer: StageFrom, events: Long)

  /** Asks a producer to end a subscription, which it confirms: see [onSubscriptionEnd]. */
  public fun cancelSubscription(producer: StageFrom, reason: ExitReason)

  /** The producers that the stage is subscribed to at the moment. */
  public val producers: List<StageFrom>
}

/**
 * The body of a stage between others. It takes events in only as its own consumers want some; what
 * it emits in [onEvents] is what they get.
 */
@WeftDsl
public interface ProducerConsumerScope<A : Any, B : Any, P : Any> :
  ConsumerScope<A, P>, EmittingScope<B>
