package io.weft.stage.bridge

import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.stage.Cancel
import io.weft.stage.Dispatching
import io.weft.stage.Produces
import io.weft.stage.SubscribeOptions
import io.weft.stage.dispatch.DemandDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.graph.EmitScope
import io.weft.stage.graph.Emitting
import io.weft.stage.graph.Outlet
import io.weft.stage.graph.producer
import io.weft.stage.stream.StageStream
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlinx.coroutines.flow.Flow

/**
 * Returns a blueprint of a producer that emits what a flow emits, to those who ask first.
 *
 * Each life of the stage collects the flow, in its own turns, from when somebody wants an event for
 * the first time. The flow is suspended in its `emit` while nobody wants more. When it is complete,
 * and its events are sent, the stage ends normally; when it fails, so does the stage; when the
 * stage ends, the collection is cancelled.
 */
public inline fun <reified E : Any> Flow<E>.asProducer(label: String): Blueprint<Produces<E>> =
  asProducer(label, typeOf<E>(), DemandDispatcher.of())

/** As the other [asProducer], with a dispatcher. */
public inline fun <reified E : Any> Flow<E>.asProducer(
  label: String,
  dispatching: Dispatching<E>,
): Blueprint<Produces<E>> = asProducer(label, typeOf<E>(), dispatching)

/** Returns a blueprint of a producer that emits what a flow emits: without reified types. */
public fun <E : Any> Flow<E>.asProducer(
  label: String,
  events: KType,
  dispatching: Dispatching<E>,
): Blueprint<Produces<E>> =
  GenStage.producer(label, StageTypes(events, null)) {
    dispatcher(dispatching)
    Emitting(this).begin { emitFlow(this@asProducer) }
  }

/** Returns the beginning of a line of stages that a flow feeds: see [asProducer]. */
public inline fun <reified E : Any> Flow<E>.asOutlet(label: String): Outlet<E> =
  asOutlet(label, typeOf<E>())

/** Returns the beginning of a line of stages: the same without reified types. */
public fun <E : Any> Flow<E>.asOutlet(label: String, events: KType): Outlet<E> =
  producer(label, events) { emitFlow(this@asOutlet) }

private suspend fun <E : Any> EmitScope<E>.emitFlow(flow: Flow<E>) {
  demand()
  flow.collect { emit(it) }
}

/**
 * Returns the events of a stage, which may live on another node, as a cold flow.
 *
 * Each collector has a consumer of its own, a process of this node: what it gets of the events is
 * for the dispatcher of the stage to decide. It is collected where the collector runs, in an actor
 * in its turns. The stage is asked for 1,000 events, and again as the collector gets on: so no more
 * are on their way or wait.
 *
 * When the stage ends normally or is shut down, the flow is complete, behind the last event; when
 * the stage ends otherwise, or there is none, the flow fails with the failure, or with an
 * [io.weft.node.ExitException] that has the reason. To cancel the collection cancels the
 * subscription, with `normal`, and does not wait for that.
 */
public inline fun <reified E : Any> Address<out Produces<E>>.asFlow(): Flow<E> =
  asFlow(SubscribeOptions.DEFAULT)

/**
 * As the other [asFlow]; of the events no more than [maxDemand][SubscribeOptions.maxDemand] are on
 * their way or wait, and more are asked for when no more than
 * [minDemand][SubscribeOptions.minDemand] are left. What is said of the end of the subscription is
 * not looked at.
 */
public inline fun <reified E : Any> Address<out Produces<E>>.asFlow(
  options: SubscribeOptions
): Flow<E> = asFlow(typeOf<E>(), options)

/** Returns the events of a stage as a flow: the same without reified types. */
public fun <E : Any> Address<out Produces<E>>.asFlow(
  events: KType,
  options: SubscribeOptions,
): Flow<E> {
  val from = StageStream.From(this, options.ending(Cancel.TRANSIENT))
  return StageStream(events, listOf(from), null, null).asFlow()
}
