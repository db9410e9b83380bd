package io.weft.stage.bridge

import io.weft.node.Address
import io.weft.stage.Consumes
import io.weft.stage.SubscribeOptions
import java.util.concurrent.Flow as JavaFlow
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.takeWhile

/**
 * Collects a flow where it is called, an actor in its own turns, and gives the events to a
 * consumer, which may live on another node, as fast as it takes them.
 *
 * A producer is started for it, to which the consumer is subscribed by the defaults: so the
 * consumer ends with the flow, see [SubscribeOptions.cancel]. To the consumer the end of the flow
 * is that of its producer, `normal` or the failure, which is thrown here as well; to cancel the
 * collection is a failure.
 *
 * @return whether all events were handed over, which the consumer may still be busy with; false if
 *   it ended before, or cancelled
 */
public suspend inline fun <reified E : Any> Flow<E>.collectInto(
  consumer: Address<out Consumes<E>>
): Boolean = collectInto(consumer, typeOf<E>(), SubscribeOptions.DEFAULT)

/** As the other [collectInto]; the consumer subscribes as the options say. */
public suspend inline fun <reified E : Any> Flow<E>.collectInto(
  consumer: Address<out Consumes<E>>,
  options: SubscribeOptions,
): Boolean = collectInto(consumer, typeOf<E>(), options)

/** Collects a flow into a consumer: the same without reified types. */
public suspend fun <E : Any> Flow<E>.collectInto(
  consumer: Address<out Consumes<E>>,
  events: KType,
  options: SubscribeOptions,
): Boolean {
  val subscriber = consumer.asSubscriber<E>(events, options)
  val wishes = Wishes()
  subscriber.onSubscribe(wishes)
  try {
    takeWhile { wishes.awaitOne() }.collect(subscriber::onNext)
  } catch (failure: Throwable) {
    subscriber.onError(failure)
    throw failure
  }
  subscriber.onComplete()
  return !wishes.areOver
}

/** What a subscriber wants, for one who gives it. */
private class Wishes : JavaFlow.Subscription {
  /** Unbounded, yet short: a producer asks in portions, and again when it was sent some. */
  private val requests = Channel<Long>(Channel.UNLIMITED)
  private var left = 0L

  @Volatile
  var areOver = false
    private set

  /** Suspends until an event more is wanted; returns false if none will be. */
  suspend fun awaitOne(): Boolean {
    if (areOver) return false
    if (left == 0L) left = requests.receiveCatching().getOrNull() ?: return false
    left--
    return true
  }

  override fun request(events: Long) {
    requests.trySend(events)
  }

  override fun cancel() {
    areOver = true
    requests.close()
  }
}
