package io.weft.stage.stream

import io.weft.kotlin.WeftDsl
import io.weft.node.Address
import io.weft.node.Node
import io.weft.stage.DemandMode
import io.weft.stage.Produces
import io.weft.stage.SubscribeOptions
import io.weft.stage.SubscriptionScope
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.eventTypeOf
import io.weft.stage.subscribeOptions
import java.util.Spliterator
import java.util.Spliterators
import java.util.stream.Stream
import java.util.stream.StreamSupport
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * The events of one or more stages, which may live on other nodes, to be taken one after the other:
 * GenStage's `stream`. A description, which can be read any number of times, also at once: each
 * reading is a consumer of its own, a process of this node, from its beginning to its end.
 *
 * ```
 * GenStage.stream(tickets).asFlow().take(10).collect(::sell)           // in actors and coroutines
 * GenStage.stream(tickets).useSequence { it.take(10).forEach(::sell) } // on threads
 * ```
 *
 * Stages are asked for events by the options of their subscriptions; a batch counts as handled when
 * the first event after it is wanted. So the reader sets the pace, and of each stage no more than
 * `maxDemand` events are on their way or wait.
 *
 * When a subscription ends, [SubscribeOptions.cancel] says what that means: for a permanent one,
 * the default, that the stream fails, also when the stage ended as it should; for a transient one
 * that it fails unless it did; for a temporary one nothing. A stream that lost its last stage
 * without failing is at its end. It fails with what ended the stage, if that happened on this node,
 * else with an [io.weft.node.ExitException], behind all events that came before. A reading that is
 * given up cancels its subscriptions with `normal`.
 */
public class StageStream<E : Any>
internal constructor(
  internal val events: KType,
  internal val producers: List<From<E>>,
  /** What stages are to do with demand from then on; null if they are not told. */
  internal val demand: DemandMode?,
  /** Who is told, if that is not all [producers]. */
  internal val starting: List<Address<out Produces<*>>>?,
) {
  internal class From<E : Any>(
    val producer: Address<out Produces<E>>,
    val options: SubscribeOptions,
  )

  internal val node: Node = producers.first().producer.node()

  /**
   * Returns the events as a cold flow: each collector reads for itself, in its own context, an
   * actor in its own turns. To cancel the collection gives the reading up.
   */
  public fun asFlow(): Flow<E> = flow {
    val reader = Reader(this@StageStream)
    try {
      while (true) for (event in reader.next() ?: break) emit(event)
    } finally {
      reader.leave()
    }
  }

  /**
   * Begins to read, for a thread that may block: not for turns of processes.
   *
   * @throws IllegalStateException inside a process that must not block
   */
  public fun iterator(): StageIterator<E> = BlockingIterator(this)

  /**
   * Reads as [iterator] does, and gives the reading up when [block] returns or fails. Returns what
   * it returns.
   */
  public fun <R> useSequence(block: (Sequence<E>) -> R): R =
    iterator().use { block(it.asSequence()) }

  /**
   * Returns the events as a stream of Java, ordered, which begins to read at its terminal operation
   * and as [iterator] does. One that need not be read to its end is to be closed.
   */
  public fun asJavaStream(): Stream<E> {
    var opened: StageIterator<E>? = null
    val traits = Spliterator.ORDERED or Spliterator.NONNULL
    return StreamSupport.stream(
        { Spliterators.spliteratorUnknownSize(iterator().also { opened = it }, traits) },
        traits,
        false,
      )
      .onClose { opened?.close() }
  }

  /** How streams are made in Java; see also [GenStage.stream][stream]. */
  public companion object {
    /** Describes the stream of some stages, with the default options. */
    @JvmStatic
    @SafeVarargs
    public fun <E : Any> of(
      events: Class<E>,
      vararg producers: Address<out Produces<E>>,
    ): StageStream<E> = streamOf(eventTypeOf(events)) { producers.forEach(::from) }

    /** Describes the stream of one stage. */
    @JvmStatic
    public fun <E : Any> of(
      events: Class<E>,
      producer: Address<out Produces<E>>,
      options: SubscribeOptions,
    ): StageStream<E> = streamOf(eventTypeOf(events)) { from(producer, options) }
  }
}

/** Reads a stream, one event after the other. Belongs to one thread at a time. */
public interface StageIterator<out E : Any> : Iterator<E>, AutoCloseable {
  /**
   * Waits until there is an event, or none will come.
   *
   * @throws RuntimeException what ended the stream, if it failed; once
   * @throws java.util.concurrent.CancellationException if the thread is interrupted: the reading is
   *   given up
   */
  override fun hasNext(): Boolean

  /** Gives the reading up, and does not wait until stages know. Idempotent; any thread. */
  override fun close()
}

/** Says which stages a stream reads from, and how. */
@WeftDsl
public interface StreamScope<E : Any> {
  /** Reads from a stage with the default options. */
  public fun from(producer: Address<out Produces<E>>): Unit =
    from(producer, SubscribeOptions.DEFAULT)

  /** Reads from a stage. */
  public fun from(
    producer: Address<out Produces<E>>,
    options: SubscriptionScope<E>.() -> Unit,
  ): Unit = from(producer, subscribeOptions(options))

  /** Reads from a stage. */
  public fun from(producer: Address<out Produces<E>>, options: SubscribeOptions)

  /**
   * What the stages are told to do with demand when all are subscribed to: [DemandMode.FORWARD] if
   * not told, so that those begin that have waited for it.
   */
  public var demand: DemandMode

  /** Who is told so, in place of the stages that are read from: the option `producers`. */
  public fun starting(vararg producers: Address<out Produces<*>>)
}

/** Describes the stream of some stages, with the default options. */
public inline fun <reified E : Any> GenStage.stream(
  vararg producers: Address<out Produces<E>>
): StageStream<E> = streamOf(typeOf<E>()) { producers.forEach(::from) }

/** Describes the stream of the stages that [configure] names. */
public inline fun <reified E : Any> GenStage.stream(
  noinline configure: StreamScope<E>.() -> Unit
): StageStream<E> = streamOf(typeOf<E>(), configure)

/**
 * Describes a stream: the same without reified types.
 *
 * @throws IllegalArgumentException if no stage is named
 */
public fun <E : Any> streamOf(
  events: KType,
  configure: StreamScope<E>.() -> Unit,
): StageStream<E> = StreamBuilder<E>(events).apply(configure).build()

private class StreamBuilder<E : Any>(private val events: KType) : StreamScope<E> {
  private val producers = ArrayList<StageStream.From<E>>()
  private var starting: List<Address<out Produces<*>>>? = null
  override var demand = DemandMode.FORWARD

  override fun from(producer: Address<out Produces<E>>, options: SubscribeOptions) {
    producers += StageStream.From(producer, options)
  }

  override fun starting(vararg producers: Address<out Produces<*>>) {
    starting = producers.toList()
  }

  fun build(): StageStream<E> {
    require(producers.isNotEmpty()) { "a stream needs a stage at least: from(producer)" }
    return StageStream(events, producers.toList(), demand, starting)
  }
}
