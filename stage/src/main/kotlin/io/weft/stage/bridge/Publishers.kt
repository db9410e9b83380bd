package io.weft.stage.bridge

import io.weft.node.Address
import io.weft.stage.Produces
import io.weft.stage.SubscribeOptions
import java.util.concurrent.Flow
import kotlin.reflect.KType
import kotlin.reflect.typeOf

/**
 * Returns the events of a stage, which may live on another node, as a publisher.
 *
 * Each subscriber has a consumer of its own, a process of this node: what it gets of the events is
 * for the dispatcher of the stage to decide. The stage is asked for what the subscriber requests,
 * and for no more than 1,000 events at a time.
 *
 * The subscriber is called beside the carriers, by one thread at a time: it may block. When the
 * stage ends normally or is shut down, it is completed, behind the last event; when the stage ends
 * otherwise, or there is none, `onError` gets the failure, or an [io.weft.node.ExitException] with
 * the reason. A subscriber that throws is cancelled; what it threw is in the log as the end of its
 * process. When the node stops, subscribers get an error.
 *
 * Reactive Streams have an adapter for it: `FlowAdapters.toPublisher`.
 */
public inline fun <reified E : Any> Address<out Produces<E>>.asPublisher(): Flow.Publisher<E> =
  asPublisher(SubscribeOptions.DEFAULT)

/**
 * As the other [asPublisher]; the stage is asked for no more than
 * [maxDemand][SubscribeOptions.maxDemand] events at a time, and again when no more than
 * [minDemand][SubscribeOptions.minDemand] are left. What is said of the end of the subscription is
 * not looked at.
 */
public inline fun <reified E : Any> Address<out Produces<E>>.asPublisher(
  options: SubscribeOptions
): Flow.Publisher<E> = asPublisher(typeOf<E>(), options)

/** Returns the events of a stage as a publisher: the same without reified types. */
public fun <E : Any> Address<out Produces<E>>.asPublisher(
  events: KType,
  options: SubscribeOptions,
): Flow.Publisher<E> {
  val lines = Lines(listOf(this))
  return StagePublisher(node(), events, options) { lines }
}
