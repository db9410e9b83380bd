package io.weft.stage.gen

import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Self
import io.weft.node.Target
import io.weft.node.TermCodec
import io.weft.stage.Consumes
import io.weft.stage.DemandMode
import io.weft.stage.Produces
import io.weft.stage.StageFrom
import io.weft.stage.SubscribeOptions
import io.weft.stage.wire.Ask
import io.weft.stage.wire.AskDemandMode
import io.weft.stage.wire.CancelConsumer
import io.weft.stage.wire.Correspondent
import io.weft.stage.wire.EstimateBuffered
import io.weft.stage.wire.InfoBehindEvents
import io.weft.stage.wire.Replaced
import io.weft.stage.wire.SetDemandMode
import io.weft.stage.wire.StageCodec
import io.weft.stage.wire.SubscribeReply
import io.weft.stage.wire.SubscribeTo
import io.weft.stage.wire.Whom
import io.weft.term.Term
import kotlin.reflect.KType
import kotlin.reflect.typeOf

/**
 * Returns how one speaks with stages of the protocol [P], which may live on other nodes.
 *
 * ```
 * val numbers = node.address("numbers", "shop@host", stageCodec<Produces<Long>>())
 * ```
 */
public inline fun <reified P : Any> stageCodec(): TermCodec<P> = stageCodec(typeOf<P>())

/** Returns how one speaks with stages of a protocol: the same without reified types. */
@Suppress("UNCHECKED_CAST") // all that is not of GenStage is of the protocol
public fun <P : Any> stageCodec(protocol: KType): TermCodec<P> =
  StageCodec(ownCodec(protocol)) as TermCodec<P>

/** Subscribes a consumer with the default options: see the other [subscribe]. */
public suspend fun <E : Any> Address<out Consumes<E>>.subscribe(
  producer: Address<out Produces<E>>
): Term = subscribe(producer, SubscribeOptions.DEFAULT)

/**
 * Subscribes a consumer and suspends until it has asked for it: GenStage's `sync_subscribe`. That
 * does not wait for the producer: if that does not exist, or refuses, the subscription ends.
 *
 * @return the tag of the subscription
 * @throws io.weft.node.CallException if the consumer does not answer
 * @throws IllegalArgumentException if a foreign stage is no consumer, or refuses the options
 */
public suspend fun <E : Any> Address<out Consumes<E>>.subscribe(
  producer: Address<out Produces<E>>,
  options: SubscribeOptions,
): Term = ask(SubscribeTo(null, Whom.ByAddress(producer), options))

/**
 * As [subscribe], in place of the subscription [tag], which the producer ends for [reason]. Whether
 * the consumer survives that is decided by the options of the old one.
 */
public suspend fun <E : Any> Address<out Consumes<E>>.resubscribe(
  tag: Term,
  reason: ExitReason,
  producer: Address<out Produces<E>>,
  options: SubscribeOptions,
): Term = ask(SubscribeTo(Replaced(tag, reason), Whom.ByAddress(producer), options))

private suspend fun Address<*>.ask(wish: SubscribeTo): Term =
  when (val reply = asStage().call(wish)) {
    is SubscribeReply.Ok -> reply.tag
    SubscribeReply.NotAConsumer -> throw IllegalArgumentException("$this is no consumer")
    is SubscribeReply.BadOptions -> throw IllegalArgumentException(reply.why)
  }

/** Tells a consumer to subscribe, and does not wait: GenStage's `async_subscribe`. */
public fun <E : Any> Address<out Consumes<E>>.subscribeAsync(
  producer: Address<out Produces<E>>,
  options: SubscribeOptions,
): Unit = asStage().cast(SubscribeTo(null, Whom.ByAddress(producer), options))

/** Tells a consumer to subscribe in place of the subscription [tag]; does not wait. */
public fun <E : Any> Address<out Consumes<E>>.resubscribeAsync(
  tag: Term,
  reason: ExitReason,
  producer: Address<out Produces<E>>,
  options: SubscribeOptions,
): Unit = asStage().cast(SubscribeTo(Replaced(tag, reason), Whom.ByAddress(producer), options))

/** Returns what a producer does with demand. */
public suspend fun Address<out Produces<*>>.demandMode(): DemandMode = asStage().call(AskDemandMode)

/** Tells a producer what to do with demand. */
public fun Address<out Produces<*>>.demand(mode: DemandMode): Unit =
  asStage().cast(SetDemandMode(mode))

/** Returns how many events wait for demand. */
public suspend fun Address<out Produces<*>>.estimateBufferedCount(): Long =
  asStage().call(EstimateBuffered)

/**
 * Sends a stage a message that it handles after the events it has buffered at the moment, and
 * suspends until it is put there.
 */
public suspend fun <M : Any> Address<in M>.syncInfo(message: M): Unit =
  asStage().call(InfoBehindEvents(message))

/** Sends a stage a message that it handles after the events it has buffered when it gets it. */
public fun <M : Any> Address<in M>.asyncInfo(message: M): Unit =
  asStage().cast(InfoBehindEvents(message))

/**
 * Asks a producer for events in the name of this process, which is the consumer: GenStage's `ask`.
 * Connects with the producer's node if need be.
 */
public fun Self<*>.askProducer(from: StageFrom, events: Long) {
  if (isAsk(events)) producer(from).tellConnecting(Ask(pid(), from.tag, events))
}

/** As [askProducer], but asks nobody on a node that is not connected: the option `noconnect`. */
public fun Self<*>.askProducerIfConnected(from: StageFrom, events: Long) {
  if (isAsk(events)) producer(from).tell(Ask(pid(), from.tag, events))
}

private fun isAsk(events: Long): Boolean {
  require(events >= 0) { "cannot ask for $events events" }
  return events > 0
}

/**
 * Asks a producer to end a subscription, whoever the consumer is: GenStage's `cancel`. Connects
 * with the producer's node if need be.
 */
public fun Self<*>.cancelSubscription(from: StageFrom, reason: ExitReason) {
  producer(from).tellConnecting(CancelConsumer(pid(), from.tag, reason))
}

/** As [cancelSubscription], but not on a node that is not connected: the option `noconnect`. */
public fun Self<*>.cancelSubscriptionIfConnected(from: StageFrom, reason: ExitReason) {
  producer(from).tell(CancelConsumer(pid(), from.tag, reason))
}

private fun Self<*>.producer(from: StageFrom): Correspondent {
  val pid = requireNotNull(from.pid) { "$from names no process" }
  return Correspondent.producer(node(), Target.ByPid(pid))
}

/** A stage takes the signals of stages besides its protocol. */
@Suppress("UNCHECKED_CAST") internal fun Address<*>.asStage(): Address<Any> = this as Address<Any>
