package io.weft.stage.source

import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.stage.Dispatching
import io.weft.stage.ProducerScope
import io.weft.stage.Produces
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.gen.eventTypeOf
import io.weft.stage.graph.Outlet
import java.util.function.Supplier
import java.util.stream.Stream
import kotlin.reflect.KType
import kotlin.reflect.typeOf

/**
 * Elements, one after the other, as the events of a producer: GenStage's `from_enumerable`. A
 * description, immutable; each life of a stage begins with the first element again.
 *
 * ```
 * val orders = Enumerable.fromIterable(listOf(a, b, c)).asProducer("orders")
 * val rows = Enumerable.fromStream { Files.lines(path) }.asOutlet("rows") into ..
 * ```
 *
 * As many elements are taken as events are wanted, from when the first one is. When there are no
 * more, and those that were taken are sent, the stage ends normally; demand that comes meanwhile
 * goes unheard. When an element cannot be had, the stage ends with that failure, behind those
 * before it. What consumers asked for and left behind waits for others, however much that is.
 *
 * Elements that are there are taken in turns of the stage. Those that a thread must wait for are
 * [blocking].
 *
 * @param E the events
 */
public class Enumerable<E : Any>
private constructor(
  private val events: KType,
  private val open: () -> Elements<E>,
  private val blocks: Boolean,
  private val endsAlone: Boolean,
) {
  /**
   * Takes elements beside the carriers, one after the other, on a thread of each life of a stage;
   * each is emitted as soon as it is there. When the stage ends, the thread is interrupted.
   */
  public fun blocking(): Enumerable<E> = Enumerable(events, open, true, endsAlone)

  /**
   * Ends the stage normally when its last consumer is gone, whatever is left: the option
   * `on_cancel: stop`. If not told, it waits for others.
   */
  public fun endingAlone(): Enumerable<E> = Enumerable(events, open, blocks, true)

  /** Returns a blueprint of a producer of the elements, for those who ask first. */
  public fun asProducer(label: String): Blueprint<Produces<E>> = producer(label) {}

  /** Returns a blueprint of a producer of the elements. */
  public fun asProducer(label: String, dispatching: Dispatching<E>): Blueprint<Produces<E>> =
    producer(label) { dispatcher(dispatching) }

  /**
   * Returns a blueprint of a producer of the elements.
   *
   * @param options told first in the body: a dispatcher, or what is done with demand
   */
  public fun producer(
    label: String,
    options: ProducerScope<E, Produces<E>>.() -> Unit,
  ): Blueprint<Produces<E>> =
    GenStage.producer(label, StageTypes(events, null)) {
      unboundedBuffer() // never holds more than was asked for
      options()
      if (endsAlone) {
        onSubscriptionEnd { _, _ -> if (consumers.isEmpty()) stop(ExitReason.NORMAL) }
      }
      if (blocks) TakingBeside(this, open).begin() else TakingInTurns(this, open).begin()
    }

  /** Returns the beginning of a line of stages. */
  public fun asOutlet(label: String): Outlet<E> = Outlet { followers ->
    listOf(stage(asProducer(label, followers.dispatching())))
  }

  /** Where elements come from. */
  public companion object {
    /** The elements of a collection, or of what else can be iterated over without waiting. */
    public inline fun <reified E : Any> fromIterable(elements: Iterable<E>): Enumerable<E> =
      of(typeOf<E>(), elements::iterator)

    /** The elements of a sequence: if they take their time, [blocking]. */
    public inline fun <reified E : Any> fromSequence(elements: Sequence<E>): Enumerable<E> =
      of(typeOf<E>(), elements::iterator)

    /**
     * What iterators return, one for each life of a stage. One that is [AutoCloseable] is closed
     * when it is not needed any more.
     */
    public inline fun <reified E : Any> fromIterator(
      noinline open: () -> Iterator<E>
    ): Enumerable<E> = of(typeOf<E>(), open)

    /**
     * The elements of streams, one for each life of a stage, which is closed when it is not needed
     * any more. They are taken beside the carriers: [blocking].
     */
    public inline fun <reified E : Any> fromStream(noinline open: () -> Stream<E>): Enumerable<E> =
      ofStream(typeOf<E>(), open)

    /** [fromIterable] for Java. */
    @JvmStatic
    public fun <E : Any> fromIterable(events: Class<E>, elements: Iterable<E>): Enumerable<E> =
      of(eventTypeOf(events), elements::iterator)

    /** [fromIterator] for Java. */
    @JvmStatic
    public fun <E : Any> fromIterator(
      events: Class<E>,
      open: Supplier<out Iterator<E>>,
    ): Enumerable<E> = of(eventTypeOf(events), open::get)

    /** [fromStream] for Java. */
    @JvmStatic
    public fun <E : Any> fromStream(
      events: Class<E>,
      open: Supplier<out Stream<E>>,
    ): Enumerable<E> = ofStream(eventTypeOf(events), open::get)

    /** What iterators return: the same without reified types. */
    public fun <E : Any> of(events: KType, open: () -> Iterator<E>): Enumerable<E> =
      Enumerable(events, { Elements.of(open()) }, blocks = false, endsAlone = false)

    /** The elements of streams: the same without reified types. */
    public fun <E : Any> ofStream(events: KType, open: () -> Stream<E>): Enumerable<E> =
      Enumerable(events, { Elements.of(open()) }, blocks = true, endsAlone = false)
  }
}
