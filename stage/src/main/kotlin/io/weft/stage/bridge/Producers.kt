package io.weft.stage.bridge

import io.weft.node.Blueprint
import io.weft.stage.Dispatching
import io.weft.stage.Produces
import io.weft.stage.dispatch.DemandDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.graph.Outlet
import java.util.concurrent.Flow
import kotlin.reflect.KType
import kotlin.reflect.typeOf

/**
 * Returns a blueprint of a producer that emits what a publisher publishes, to those who ask first.
 *
 * Each life of the stage subscribes when it starts, and requests what its consumers want. When the
 * publisher completes, the stage ends normally, behind the last event; with `onError` it ends with
 * that failure. When the stage ends, it cancels. The publisher is called beside the carriers, by
 * one thread at a time: it may block.
 *
 * Reactive Streams have an adapter for it: `FlowAdapters.toFlowPublisher`.
 */
public inline fun <reified E : Any> Flow.Publisher<E>.asProducer(
  label: String
): Blueprint<Produces<E>> = asProducer(label, typeOf<E>(), DemandDispatcher.of())

/** As the other [asProducer], with a dispatcher. */
public inline fun <reified E : Any> Flow.Publisher<E>.asProducer(
  label: String,
  dispatching: Dispatching<E>,
): Blueprint<Produces<E>> = asProducer(label, typeOf<E>(), dispatching)

/** Returns a blueprint of a producer that emits what is published: without reified types. */
public fun <E : Any> Flow.Publisher<E>.asProducer(
  label: String,
  events: KType,
  dispatching: Dispatching<E>,
): Blueprint<Produces<E>> =
  GenStage.producer(label, StageTypes(events, null)) {
    dispatcher(dispatching)
    val feed = Feed<E>(staysAlone = true)
    feed.begin(this)
    SerialCalls(self.node(), label).add {
      try {
        subscribe(feed)
      } catch (failure: Throwable) {
        feed.onError(failure)
      }
    }
  }

/** Returns the beginning of a line of stages that a publisher feeds: see [asProducer]. */
public inline fun <reified E : Any> Flow.Publisher<E>.asOutlet(label: String): Outlet<E> =
  asOutlet(label, typeOf<E>())

/** Returns the beginning of a line of stages: the same without reified types. */
public fun <E : Any> Flow.Publisher<E>.asOutlet(label: String, events: KType): Outlet<E> =
  Outlet { followers ->
    listOf(stage(asProducer(label, events, followers.dispatching())))
  }
