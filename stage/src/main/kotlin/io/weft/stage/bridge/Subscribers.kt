package io.weft.stage.bridge

import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.stage.Consumes
import io.weft.stage.Produces
import io.weft.stage.SubscribeOptions
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.gen.subscribeAsync
import java.util.concurrent.Flow
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.reflect.KType
import kotlin.reflect.typeOf

/**
 * Returns a subscriber that feeds a consumer, which may live on another node: a way into a stage
 * from outside, at the pace of the stage.
 *
 * A producer is started for it, to which the consumer is subscribed by the defaults: so the
 * consumer ends with the stream, see [SubscribeOptions.cancel]. To the consumer the end of the
 * stream is that of its producer, `normal` or the failure. When the consumer ends, or cancels, the
 * subscriber cancels. It is for one publisher.
 *
 * Reactive Streams have an adapter for it: `FlowAdapters.toSubscriber`.
 */
public inline fun <reified E : Any> Address<out Consumes<E>>.asSubscriber(): Flow.Subscriber<E> =
  asSubscriber(SubscribeOptions.DEFAULT)

/** As the other [asSubscriber]; the consumer subscribes as the options say. */
public inline fun <reified E : Any> Address<out Consumes<E>>.asSubscriber(
  options: SubscribeOptions
): Flow.Subscriber<E> = asSubscriber(typeOf<E>(), options)

/** Returns a subscriber that feeds a consumer: the same without reified types. */
public fun <E : Any> Address<out Consumes<E>>.asSubscriber(
  events: KType,
  options: SubscribeOptions,
): Flow.Subscriber<E> {
  val feed = Feed<E>(staysAlone = false)
  val consumer = this
  val producer =
    GenStage.producer<E, Produces<E>>("subscriber", StageTypes(events, null)) {
      onDown { stop(ExitReason.NORMAL) }
      feed.begin(this)
      val process = consumer.target()
      if (process == null) stop(ExitReason.NORMAL) else self.monitor(process)
    }
  subscribeAsync(node().spawn(producer), options)
  return feed
}

/**
 * Returns a blueprint of a consumer whose events a subscriber gets.
 *
 * The subscriber is told of its subscription when the stage starts, and the stage asks its
 * producers for what the subscriber requests, and for no more than 1,000 events at a time. When
 * they have all ended as they should, the subscriber is completed, behind the last event; when one
 * fails, `onError` gets the failure, or an [io.weft.node.ExitException] with the reason. Then, or
 * when the subscriber cancels, the stage ends normally; when the subscriber throws it is cancelled,
 * and the stage fails.
 *
 * A subscriber has one subscription in its life, and so the stage has one life: another start
 * fails.
 *
 * Reactive Streams have an adapter for it: `FlowAdapters.toFlowSubscriber`.
 */
public inline fun <reified E : Any> Flow.Subscriber<in E>.asConsumer(
  label: String
): Blueprint<Consumes<E>> = asConsumer(label, typeOf<E>(), SubscribeOptions.DEFAULT)

/**
 * Returns a blueprint of a consumer whose events a subscriber gets: the same without reified types.
 *
 * @param demand how many events may be on their way at once, and how few when more are asked for
 */
public fun <E : Any> Flow.Subscriber<in E>.asConsumer(
  label: String,
  events: KType,
  demand: SubscribeOptions,
): Blueprint<Consumes<E>> {
  val used = AtomicBoolean()
  return GenStage.consumer(label, StageTypes(events, null)) {
    check(used.compareAndSet(false, true)) { "a subscriber can be subscribed once, not again" }
    Delivery(this, this@asConsumer, demand) { it }.begin(0)
  }
}
