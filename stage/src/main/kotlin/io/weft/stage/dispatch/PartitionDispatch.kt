package io.weft.stage.dispatch

import io.weft.stage.Dispatcher
import io.weft.stage.DispatcherHost
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.stage.SubscriptionRefused
import io.weft.term.Atom
import io.weft.term.Term
import kotlin.math.min

/** What [PartitionDispatcher] does. */
internal class PartitionDispatch<E : Any>(
  private val host: DispatcherHost,
  private val partitions: PartitionTable<E>,
  private val hash: PartitionHash<E>?,
) : Dispatcher<E> {
  private val defaultHash = DefaultHash(partitions.all.size, host)

  private val taken = HashMap<Subscriber<E>, Partition<E>>()

  /** What has arrived in the dispatch under way lies in these. */
  private val touched = ArrayList<Partition<E>>()

  /** How many events may be dispatched. */
  private var waiting: Long = 0

  /** Asked of the producer by consumers that have left since. */
  private var pending: Long = 0

  override fun subscribe(subscriber: Subscriber<E>, options: SubscribeOptions): Long {
    val partition = find(subscriber, options.partition)
    val holder = partition.subscriber
    if (holder != null) {
      val name = partitions.text(partition.name)
      refuse(subscriber, "the partition $name is already taken by ${holder.pid}")
    }
    partition.subscriber = subscriber
    taken[subscriber] = partition
    return 0
  }

  private fun find(subscriber: Subscriber<E>, name: Any?): Partition<E> {
    val found = name?.let { partitions[it] }
    return when {
      found != null -> found
      name == null || name == NIL -> refuse(subscriber, MISSING)
      else -> refuse(subscriber, ":partition must be one of $partitions, got: ${text(name)}")
    }
  }

  private fun refuse(subscriber: Subscriber<E>, text: String): Nothing {
    host.warn("refused the subscription of {}: {}", subscriber.pid, text)
    throw SubscriptionRefused.badOptions(text)
  }

  override fun cancel(subscriber: Subscriber<E>): Long {
    val partition = taken.remove(subscriber) ?: return 0
    pending = pending saturatingPlus partition.demand
    val dropped = partition.clear()
    waiting = waiting saturatingPlus dropped
    return dropped
  }

  override fun ask(subscriber: Subscriber<E>, events: Long): Long {
    val partition = taken[subscriber] ?: return 0
    partition.ask(events)
    val alreadyAsked = min(pending, events)
    pending -= alreadyAsked
    val new = events - alreadyAsked
    waiting = waiting saturatingPlus new
    return new
  }

  override fun dispatch(events: List<E>): List<E> {
    val total = events.size
    val expected = min(total, EXPECTED_EVENLY * (total / partitions.all.size) + 1)
    var done = 0
    while (done < total && waiting > 0) {
      if (place(events[done], expected)) waiting--
      done++
    }
    for (partition in touched) {
      partition.settle()
    }
    touched.clear()
    return events.part(done, total)
  }

  /** Puts an event to its partition; false if it has none. */
  private fun place(event: E, expected: Int): Boolean {
    val partition: Partition<E>
    var routed = event
    when (hash) {
      null -> partition = partitions.numbered(defaultHash.of(event))
      is PartitionHash.Plain -> {
        val name = hashed(event) { hash.partition(event) } ?: return false
        partition = named(name, event)
      }
      is PartitionHash.Routing -> {
        val route = hashed(event) { hash.route(event) } ?: return false
        partition = named(route.partition, event)
        routed = route.event
      }
    }
    if (partition.arrive(routed, expected)) touched += partition
    return true
  }

  private inline fun <R> hashed(event: E, hash: () -> R): R =
    try {
      hash()
    } catch (failure: RuntimeException) {
      throw IllegalStateException(
        "the hash function of the PartitionDispatcher failed for ${text(event)}",
        failure,
      )
    }

  private fun named(name: Any, event: E): Partition<E> =
    partitions[name]
      ?: error(
        "unknown partition ${text(name)} computed for the event ${text(event)}; " +
          "the partitions are $partitions"
      )

  override fun info(info: Any) {
    val behind = partitions.all.count { it.isBehind }
    if (behind == 0) {
      host.release(info)
      return
    }
    val held = HeldInfo(info, behind, host)
    for (partition in partitions.all) {
      partition.keep(held)
    }
  }

  private fun text(value: Any): String =
    if (value is Term) value.abbreviate(MAX_CHARS) else value.toString().take(MAX_CHARS)

  private companion object {
    const val MISSING =
      "the :partition option is required when subscribing to a producer with partition dispatcher"

    const val MAX_CHARS = 100

    /** So many times its even share a partition has room for before its list must grow. */
    const val EXPECTED_EVENLY = 2

    val NIL: Atom = Atom.of("nil")
  }
}
