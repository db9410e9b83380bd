package io.weft.stage.pipeline

import io.weft.node.Address
import io.weft.stage.Produces
import io.weft.stage.Retry
import io.weft.stage.SubscribeOptions
import io.weft.stage.SubscriptionScope
import io.weft.stage.subscribeOptions
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * Stages that run on their own, as the source of a pipeline: Weft's and Elixir's, on this node and
 * on others. Immutable.
 *
 * ```
 * val orders = node.address("orders", "shop@host", stageCodec<Produces<Order>>())
 * source(Producers.of(orders).subscribing { maxDemand = 100 })
 * ```
 *
 * The pipeline subscribes to each of them, and again when a subscription ends: when the producer
 * fails or is shut down, when its node is gone, when there is nobody of that name yet. Who it is
 * that has the name is found out each time. A producer that ends with `normal`, or cancels with it,
 * has nothing more; when none of them has, what is in flight is finished, and the pipeline ends.
 *
 * **What is promised.** GenStage's messages acknowledge nothing: what a producer has sent it does
 * not have any more, and nobody tells it what became of an event. Of what has come, each event is
 * handled at least once, and by key in the order in which it came, as that of any source, also when
 * its producer is gone meanwhile. Never handled is
 * - what was sent and did not come: when the producer, its node or the connection is lost, up to
 *   `maxDemand` events of each producer;
 * - what is in flight when the pipeline's desk is killed or fails, and what is left when its time
 *   to drain is over: up to [inFlight][PipelineScope.inFlight] events, besides those on their way.
 *
 * What a producer emits anew to who subscribes is handled again. Where neither may be, a
 * [PipelineSource] asks for events and tells of them what it needs.
 *
 * @param E the events
 */
public class Producers<E : Any>
private constructor(
  internal val addresses: List<Address<out Produces<E>>>,
  internal val configure: SubscriptionScope<E>.() -> Unit,
  internal val again: Retry,
  internal val hasEnd: Boolean,
) {
  internal val options: SubscribeOptions = subscribeOptions(configure)

  /**
   * Says what it wants of each subscription: a partition, a selection, demand. Of `maxDemand`
   * events, a thousand if not told, it has fewer on their way where fewer may be in flight or are
   * wanted by processors; it asks again for `maxDemand - minDemand` of them at a time, or for half
   * of what may be on their way if that is less. `cancel` is of no effect.
   *
   * @throws IllegalArgumentException if demand is out of range; the words are GenStage's
   */
  public fun subscribing(configure: SubscriptionScope<E>.() -> Unit): Producers<E> =
    Producers(addresses, configure, again, hasEnd)

  /**
   * After what pause it subscribes again, and how often in vain: how often a subscription of a
   * producer ended that brought no event, one after the other. After the last time, what is in
   * flight is finished and the line of the pipeline fails. What `only` is told of is an
   * [io.weft.node.ExitException] with the reason. If not told it goes on for ever, after 100
   * milliseconds for the first time, and after five seconds at most.
   */
  public fun resubscribing(policy: Retry): Producers<E> =
    Producers(addresses, configure, policy, hasEnd)

  /**
   * Subscribes again also to who ended with `normal`: the pipeline runs until it is told to end.
   */
  public fun forever(): Producers<E> = Producers(addresses, configure, again, hasEnd = false)

  /** Whom to subscribe to. */
  public companion object {
    private val FOR_EVER =
      Retry.attempts(Int.MAX_VALUE).backoff(first = 100.milliseconds, most = 5.seconds)

    /** These, of which none needs to be there yet. */
    public fun <E : Any> of(vararg producers: Address<out Produces<E>>): Producers<E> {
      require(producers.isNotEmpty()) { "a source of stages needs one at least" }
      return Producers(producers.asList(), {}, FOR_EVER, hasEnd = true)
    }
  }
}
