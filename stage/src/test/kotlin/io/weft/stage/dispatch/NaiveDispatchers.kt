package io.weft.stage.dispatch

import io.weft.node.ExitReason
import io.weft.stage.Dispatcher
import io.weft.stage.DispatcherHost
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.stage.SubscriptionRefused
import io.weft.term.Atom
import io.weft.term.IntTerm

/** The dispatchers as plainly as they can be said: with lists that are searched and sorted. */
internal class NaiveDemand(private val host: DispatcherHost) : Dispatcher<Int> {
  private class Want(val who: Subscriber<Int>, val demand: Long)

  private var wants = listOf<Want>()
  private var pending = 0L

  override fun subscribe(subscriber: Subscriber<Int>, options: SubscribeOptions): Long {
    wants = wants + Want(subscriber, 0)
    return 0
  }

  override fun cancel(subscriber: Subscriber<Int>): Long {
    pending += wants.first { it.who == subscriber }.demand
    wants = wants.filter { it.who != subscriber }
    return 0
  }

  override fun ask(subscriber: Subscriber<Int>, events: Long): Long {
    set(subscriber, wants.first { it.who == subscriber }.demand + events)
    val used = minOf(pending, events)
    pending -= used
    return events - used
  }

  private fun set(subscriber: Subscriber<Int>, demand: Long) {
    val others = wants.filter { it.who != subscriber }
    wants = (others + Want(subscriber, demand)).sortedByDescending { it.demand }
  }

  override fun dispatch(events: List<Int>): List<Int> {
    var rest = events
    while (rest.isNotEmpty() && wants.any { it.demand > 0 }) {
      val first = wants.first()
      val share = rest.take(first.demand.toInt())
      first.who.send(share)
      set(first.who, first.demand - share.size)
      rest = rest.drop(share.size)
    }
    pending = maxOf(pending - rest.size, 0)
    return rest
  }

  override fun info(info: Any) = host.release(info)
}

/** Every consumer has what it wants over what all want; see [NaiveDemand]. */
internal class NaiveBroadcast(private val host: DispatcherHost) : Dispatcher<Int> {
  private class Want(val who: Subscriber<Int>, val selector: ((Int) -> Boolean)?, var extra: Long)

  private val wants = mutableListOf<Want>()
  private val pids = mutableSetOf<Any>()
  private var waiting = 0L
  private var requested = 0L

  override fun subscribe(subscriber: Subscriber<Int>, options: SubscribeOptions): Long {
    if (subscriber.pid in pids) {
      throw SubscriptionRefused(ExitReason.of(Atom("already_subscribed")))
    }
    pids += subscriber.pid
    for (want in wants) want.extra += waiting
    waiting = 0
    @Suppress("UNCHECKED_CAST") // of the test's own options
    wants += Want(subscriber, options.selector as ((Int) -> Boolean)?, 0)
    return 0
  }

  override fun cancel(subscriber: Subscriber<Int>): Long {
    pids -= subscriber.pid
    wants.removeAll { it.who == subscriber }
    if (wants.isEmpty()) waiting = 0
    return level()
  }

  override fun ask(subscriber: Subscriber<Int>, events: Long): Long {
    wants.first { it.who == subscriber }.extra += events
    return level()
  }

  private fun level(): Long {
    val least = wants.minOfOrNull { it.extra } ?: 0
    for (want in wants) want.extra -= least
    waiting += least
    val up = maxOf(0, waiting - requested)
    requested += up
    return up
  }

  override fun dispatch(events: List<Int>): List<Int> {
    val now = if (waiting == 0L) emptyList() else events.take(waiting.toInt())
    if (now.isNotEmpty()) {
      for (want in wants) {
        val chosen = now.filter { want.selector?.invoke(it) ?: true }
        if (chosen.size < now.size) want.who.askAgain((now.size - chosen.size).toLong())
        want.who.send(chosen)
      }
    }
    waiting -= now.size
    requested = maxOf(requested - events.size, 0)
    return events.drop(now.size)
  }

  override fun info(info: Any) = host.release(info)
}

/**
 * Every partition has what its consumer wants, or a queue of events and infos; see [NaiveDemand].
 *
 * @param place the event that is sent and its partition, which is an [Atom] or an [IntTerm]
 */
internal class NaivePartition(
  private val host: DispatcherHost,
  private val place: (Int) -> Pair<Int, Any>?,
) : Dispatcher<Int> {
  private class Info(val info: Any, var queues: Int)

  private class State(var who: Subscriber<Int>? = null, var demand: Long = 0) {
    var queue: List<Any>? = null
  }

  private val states = HashMap<Any, State>()
  private var waiting = 0L
  private var pending = 0L

  private fun of(subscriber: Subscriber<Int>): Map.Entry<Any, State>? =
    states.entries.find { it.value.who == subscriber }

  override fun subscribe(subscriber: Subscriber<Int>, options: SubscribeOptions): Long {
    states.getOrPut(options.partition!!) { State() }.who = subscriber
    return 0
  }

  override fun cancel(subscriber: Subscriber<Int>): Long {
    val (name, state) = of(subscriber)!!
    states[name] = State()
    pending += state.demand
    val dropped = state.queue.orEmpty().count { it is Int }.toLong()
    state.queue.orEmpty().filterIsInstance<Info>().forEach(::passed)
    waiting += dropped
    return dropped
  }

  private fun passed(info: Info) {
    info.queues--
    if (info.queues == 0) host.release(info.info)
  }

  override fun ask(subscriber: Subscriber<Int>, events: Long): Long {
    val state = of(subscriber)!!.value
    var wanted = events
    var batch = listOf<Int>()
    while (wanted > 0 && !state.queue.isNullOrEmpty()) {
      val next = state.queue!!.first()
      state.queue = state.queue!!.drop(1)
      if (next is Int) {
        batch = batch + next
        wanted--
      } else {
        if (batch.isNotEmpty()) subscriber.send(batch)
        batch = emptyList()
        passed(next as Info)
      }
    }
    if (batch.isNotEmpty()) subscriber.send(batch)
    if (wanted > 0) {
      state.queue = null
      state.demand += wanted
    }
    val used = minOf(pending, events)
    pending -= used
    waiting += events - used
    return events - used
  }

  override fun dispatch(events: List<Int>): List<Int> {
    var rest = events
    val placed = mutableListOf<Pair<Int, Any>>()
    while (rest.isNotEmpty() && waiting > 0) {
      place(rest.first())?.let {
        placed += it
        waiting--
      }
      rest = rest.drop(1)
    }
    for ((name, share) in placed.groupBy({ it.second }, { it.first })) {
      val state = states.getOrPut(name) { State() }
      val now = share.take(state.demand.toInt())
      if (now.isNotEmpty()) state.who!!.send(now)
      state.demand -= now.size
      if (state.demand == 0L) state.queue = state.queue.orEmpty() + share.drop(now.size)
    }
    return rest
  }

  override fun info(info: Any) {
    val behind = states.values.filter { it.queue != null }
    val held = Info(info, behind.size)
    for (state in behind) state.queue = state.queue!! + held
    if (behind.isEmpty()) host.release(info)
  }
}
