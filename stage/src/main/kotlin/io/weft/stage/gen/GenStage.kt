package io.weft.stage.gen

import io.weft.kotlin.Turn
import io.weft.kotlin.codecOf
import io.weft.kotlin.etf.Etf
import io.weft.node.Blueprint
import io.weft.node.TermCodec
import io.weft.stage.ConsumerScope
import io.weft.stage.ConsumerSupervisorScope
import io.weft.stage.Consumes
import io.weft.stage.ProducerConsumerScope
import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import io.weft.stage.Supervises
import io.weft.stage.Transforms
import io.weft.stage.engine.StageBehavior
import io.weft.stage.engine.StageBody
import io.weft.stage.engine.StageDefinition
import io.weft.stage.engine.StageKind
import io.weft.stage.engine.SupervisorBody
import io.weft.stage.eventCodec
import io.weft.stage.wire.StageCodec
import io.weft.stage.wire.SupervisionCodec
import kotlin.jvm.internal.Reflection
import kotlin.reflect.KClass
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.serializerOrNull

/**
 * Stages as tables of callbacks: Elixir's GenStage. Those who would rather write what a stage does
 * one thing after the other have [producer], [transform] and [consumer].
 *
 * ```
 * val numbers = GenStage.producer<Long>("numbers") {
 *   var next = 0L
 *   onDemand { wanted -> emit(List(wanted.toInt()) { next++ }) }
 * }
 * val printer = GenStage.consumer<Long>("printer") {
 *   onEvents { events, _ -> println(events.sum()) }
 *   subscribeTo(producer) { maxDemand = 100 }
 * }
 * ```
 *
 * A stage is a process like any other. What its type says of its events is checked by the compiler
 * where stages of this library are subscribed; what foreign stages send is checked as it comes.
 * Events of a serializable type can go to other nodes, and come from there; stages of Elixir are
 * none the wiser. A stage with a sealed protocol of its own that leaves one of its messages without
 * a handler does not start, and says which.
 */
public object GenStage {
  /** Returns a blueprint of a producer without messages of its own. */
  public inline fun <reified E : Any> producer(
    label: String,
    noinline body: suspend ProducerScope<E, Produces<E>>.() -> Unit,
  ): Blueprint<Produces<E>> = producer(label, StageTypes(typeOf<E>(), null), body)

  /** Returns a blueprint of a producer with the protocol [P]. */
  public inline fun <reified E : Any, reified P : Produces<E>> producerOf(
    label: String,
    noinline body: suspend ProducerScope<E, P>.() -> Unit,
  ): Blueprint<P> = producer(label, StageTypes(typeOf<E>(), typeOf<P>()), body)

  /** Returns a blueprint of a producer: the same without reified types. */
  public fun <E : Any, P : Produces<E>> producer(
    label: String,
    types: StageTypes,
    body: suspend ProducerScope<E, P>.() -> Unit,
  ): Blueprint<P> =
    stage<Nothing, E, P>(label, StageKind.PRODUCER, null, types.events, types) { body() }

  /** Returns a blueprint of a consumer without messages of its own. */
  public inline fun <reified E : Any> consumer(
    label: String,
    noinline body: suspend ConsumerScope<E, Consumes<E>>.() -> Unit,
  ): Blueprint<Consumes<E>> = consumer(label, StageTypes(typeOf<E>(), null), body)

  /** Returns a blueprint of a consumer with the protocol [P]. */
  public inline fun <reified E : Any, reified P : Consumes<E>> consumerOf(
    label: String,
    noinline body: suspend ConsumerScope<E, P>.() -> Unit,
  ): Blueprint<P> = consumer(label, StageTypes(typeOf<E>(), typeOf<P>()), body)

  /** Returns a blueprint of a consumer: the same without reified types. */
  public fun <E : Any, P : Consumes<E>> consumer(
    label: String,
    types: StageTypes,
    body: suspend ConsumerScope<E, P>.() -> Unit,
  ): Blueprint<P> =
    stage<E, Nothing, P>(label, StageKind.CONSUMER, types.events, null, types) { body() }

  /** Returns a blueprint of a stage between others, without messages of its own. */
  public inline fun <reified A : Any, reified B : Any> producerConsumer(
    label: String,
    noinline body: suspend ProducerConsumerScope<A, B, Transforms<A, B>>.() -> Unit,
  ): Blueprint<Transforms<A, B>> =
    producerConsumer(label, typeOf<A>(), StageTypes(typeOf<B>(), null), body)

  /** Returns a blueprint of a stage between others with the protocol [P]. */
  public inline fun <
    reified A : Any,
    reified B : Any,
    reified P : Transforms<A, B>,
  > producerConsumerOf(
    label: String,
    noinline body: suspend ProducerConsumerScope<A, B, P>.() -> Unit,
  ): Blueprint<P> = producerConsumer(label, typeOf<A>(), StageTypes(typeOf<B>(), typeOf<P>()), body)

  /**
   * Returns a blueprint of a stage between others: the same without reified types.
   *
   * @param input the type of the events that come in
   */
  public fun <A : Any, B : Any, P : Transforms<A, B>> producerConsumer(
    label: String,
    input: KType,
    types: StageTypes,
    body: suspend ProducerConsumerScope<A, B, P>.() -> Unit,
  ): Blueprint<P> =
    stage<A, B, P>(label, StageKind.PRODUCER_CONSUMER, input, types.events, types) { body() }

  /**
   * Returns a blueprint of a consumer that starts a child for each event, and is the supervisor of
   * them: Elixir's ConsumerSupervisor.
   *
   * ```
   * val workers = GenStage.consumerSupervisor<Order, Nothing>("orders") {
   *   child { order -> actor("order ${order.id}") { ship(order) } }
   *   subscribeTo(orders) { maxDemand = 50; minDemand = 0 }
   * }
   * ```
   *
   * No more children run for a subscription than its most demand; new events are asked for as
   * children finish. Children outlive the producer of their events. When the supervisor ends it
   * stops all of them at once. It traps exits. Under another supervisor it is one as well, and has
   * all the time it takes to shut down. When its code is changed, children and subscriptions stay;
   * children that start from then on, also again, are what the newer body says.
   *
   * @param E the events
   * @param M the protocol of the children
   */
  public inline fun <reified E : Any, M : Any> consumerSupervisor(
    label: String,
    noinline body: suspend ConsumerSupervisorScope<E, M>.() -> Unit,
  ): Blueprint<Supervises<E, M>> = consumerSupervisor(label, typeOf<E>(), body)

  /**
   * Returns a blueprint of a consumer supervisor: the same without reified types.
   *
   * @param events the type of the events
   */
  public fun <E : Any, M : Any> consumerSupervisor(
    label: String,
    events: KType,
    body: suspend ConsumerSupervisorScope<E, M>.() -> Unit,
  ): Blueprint<Supervises<E, M>> {
    val types = StageTypes(events, null)
    val codec = eventCodec<E>(events)
    return stage<E, Nothing, Supervises<E, M>>(
        label,
        StageKind.CONSUMER,
        events,
        null,
        types,
        SupervisionCodec(),
      ) {
        val supervisor = SupervisorBody(this, codec)
        supervisor.body()
        if (!self.isStopping) supervisor.build()
      }
      .keepsChildren()
      .trapExit()
  }

  private fun <A : Any, B : Any, P : Any> stage(
    label: String,
    kind: StageKind,
    input: KType?,
    output: KType?,
    types: StageTypes,
    body: suspend StageBody<A, B, P>.() -> Unit,
  ): Blueprint<P> =
    stage(label, kind, input, output, types, StageCodec(types.protocol?.let(::ownCodec)), body)

  private fun <A : Any, B : Any, P : Any> stage(
    label: String,
    kind: StageKind,
    input: KType?,
    output: KType?,
    types: StageTypes,
    codec: StageCodec,
    body: suspend StageBody<A, B, P>.() -> Unit,
  ): Blueprint<P> {
    val taken = input?.let { eventCodec<A>(it) }
    val given = output?.let { eventCodec<B>(it) }
    val definition = StageDefinition { stage ->
      @Suppress("UNCHECKED_CAST") // all that is not of GenStage is of the protocol
      val scope = StageBody<A, B, P>(stage, stage.turn as Turn<P>, kind, taken, output, given)
      scope.body()
      if (!scope.self.isStopping) scope.build(types.protocol?.classifier as? KClass<*>)
    }
    val blueprint = Blueprint.of<Any>(label) { StageBehavior(input, definition) }.codec(codec)
    @Suppress("UNCHECKED_CAST") // whoever has no more than the protocol sends nothing else
    return blueprint as Blueprint<P>
  }
}

/**
 * What must be known at run time of a stage's types.
 *
 * @param events what it produces, or else what it consumes
 * @param protocol its messages; null if it has none of its own
 */
public class StageTypes(public val events: KType, public val protocol: KType?)

/** The type of events that Java names by their class: one without type arguments. */
internal fun eventTypeOf(events: Class<*>): KType = Reflection.typeOf(events)

/** A protocol that is a mere interface has no form: nobody knows its cases. */
@OptIn(ExperimentalSerializationApi::class)
internal fun ownCodec(protocol: KType): TermCodec<Any>? {
  @Suppress("UNCHECKED_CAST") // the type is that of the protocol
  val serializer = serializerOrNull(protocol) as KSerializer<Any>? ?: return null
  return serializer
    .takeUnless { it.descriptor.kind == PolymorphicKind.OPEN }
    ?.let { codecOf(Etf, it) }
}
