package io.weft.stage.dispatch

import io.weft.kotlin.WeftDsl
import io.weft.stage.Dispatching

/**
 * Gives each event to the consumer of its partition, of which each has one consumer at most.
 *
 * A consumer tells its partition in the options of its subscription. One that tells none, an
 * unknown one or one that is taken is refused with `{bad_opts, Text}`. Events for a partition whose
 * consumer wants no more, or that has none, are kept for it; so the events should be spread evenly,
 * as the producer makes as many events as all together want. The kept events of a consumer that
 * leaves are dropped, and made up for by new demand.
 *
 * Partitions are named by numbers, texts, enum constants or other values. A consumer of another
 * node means by an integer the partition of that number, by an atom or a binary the one of that
 * text, or the enum constant of that name: `very_fast` is `VERY_FAST`.
 *
 * Without a hash function of its own, a dispatcher with the partitions 0 to n - 1 takes Erlang's
 * `phash2(Event, n)` of the event as other nodes see it ([DispatcherHost.term]), so that all agree
 * on the partition; of a text as a binary, and so of bytes. Only an event that has no term is
 * spread by its `hashCode`.
 *
 * An error in a hash function, or a partition that there is not, ends the producer.
 */
public object PartitionDispatcher {
  /** Returns the dispatcher with the partitions 0 to [partitions] - 1. */
  public fun <E : Any> of(partitions: Int): Dispatching<E> = of(partitions) {}

  /** Returns the dispatcher with the partitions 0 to [partitions] - 1, and options. */
  public fun <E : Any> of(
    partitions: Int,
    configure: PartitionScope<E>.() -> Unit,
  ): Dispatching<E> {
    require(partitions > 0) { "there must be at least one partition, not $partitions" }
    return of((0 until partitions).toList(), configure)
  }

  /**
   * Returns the dispatcher with the partitions of these names, and a hash function, which is needed
   * unless the names are the numbers from 0 on.
   */
  public fun <E : Any> of(
    partitions: Collection<Any>,
    configure: PartitionScope<E>.() -> Unit,
  ): Dispatching<E> {
    val names = partitions.toList()
    PartitionTable<E>(names) // refuses names that are no names
    val options = PartitionOptions<E>().apply(configure)
    val hash = options.hash
    require(hash != null || names.withIndex().all { (i, name) -> name == i }) {
      "partitions that are not the numbers from 0 on need a hash function: $names"
    }
    return Dispatching { host -> PartitionDispatch(host, PartitionTable(names), hash) }
  }
}

/** The options of a [PartitionDispatcher]. */
@WeftDsl
public interface PartitionScope<E : Any> {
  /**
   * Tells the partition of an event; null for an event that nobody is to get. It was asked for all
   * the same, and is not asked for again, as in GenStage: a producer that makes just as many events
   * as it is asked for makes fewer for the consumers by each of these.
   */
  public fun hash(partition: (E) -> Any?)

  /** As [hash], with the event that is sent instead of the one given. */
  public fun route(route: (E) -> Routed<E>?)
}

/** An event for a partition. */
public class Routed<out E : Any>(public val event: E, public val partition: Any)

private class PartitionOptions<E : Any> : PartitionScope<E> {
  var hash: PartitionHash<E>? = null

  override fun hash(partition: (E) -> Any?) {
    hash = PartitionHash.Plain(partition)
  }

  override fun route(route: (E) -> Routed<E>?) {
    hash = PartitionHash.Routing(route)
  }
}
