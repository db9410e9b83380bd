package io.weft.stage.dispatch

import io.weft.stage.DispatcherHost
import io.weft.stage.Subscriber
import kotlin.math.min

/**
 * One partition: what its consumer wants, or what is kept for it. It is *behind* from the time when
 * as many events came as were wanted, until everything kept is sent and more is wanted.
 */
internal class Partition<E : Any>(val name: Any) {
  var subscriber: Subscriber<E>? = null

  /** How many events are wanted; 0 while it is behind. */
  var demand: Long = 0
    private set

  val isBehind: Boolean
    get() = kept != null

  /** Events, and infos between them. */
  private var kept: ArrayDeque<Any>? = null

  /** What the dispatch under way has for it, until it is [settle]d. */
  private var arrived: ArrayList<E>? = null

  /** Takes an event of the dispatch under way; true for the first. */
  fun arrive(event: E, expected: Int): Boolean {
    val events = arrived
    if (events != null) {
      events.add(event)
      return false
    }
    arrived = ArrayList<E>(expected).also { it.add(event) }
    return true
  }

  /** Sends of what has arrived as much as is wanted, and keeps the rest. */
  fun settle() {
    val events = arrived ?: return
    arrived = null
    val now = min(demand, events.size.toLong()).toInt()
    if (now > 0) subscriber?.send(events.part(0, now))
    demand -= now
    if (demand == 0L) {
      val behind = kept ?: ArrayDeque<Any>().also { kept = it }
      behind.addAll(events.part(now, events.size))
    }
  }

  /** Keeps an info behind the events that are kept. */
  fun keep(info: HeldInfo) {
    kept?.add(info)
  }

  /** Sends up to [events] of what is kept; if that is all of it, the rest of them is wanted. */
  fun ask(events: Long) {
    val behind = kept
    if (behind == null) {
      demand = demand saturatingPlus events
      return
    }
    val left = send(behind, events)
    if (left > 0) {
      kept = null
      demand = left
    }
  }

  /** Sends what is kept, events between two infos in one message; returns how many are missing. */
  private fun send(behind: ArrayDeque<Any>, events: Long): Long {
    var left = events
    while (left > 0 && behind.isNotEmpty()) {
      val batch = ArrayList<E>(min(left, behind.size.toLong()).toInt())
      while (batch.size < left && behind.isNotEmpty() && behind.first() !is HeldInfo) {
        @Suppress("UNCHECKED_CAST") // nothing but infos and events is kept
        batch.add(behind.removeFirst() as E)
      }
      if (batch.isNotEmpty()) subscriber?.send(batch)
      left -= batch.size
      if (left > 0) (behind.removeFirstOrNull() as HeldInfo?)?.passed()
    }
    return left
  }

  /** Becomes as it was at first; returns how many events were dropped. Infos have passed. */
  fun clear(): Long {
    val behind = kept.orEmpty()
    subscriber = null
    demand = 0
    kept = null
    for (held in behind) {
      if (held is HeldInfo) held.passed()
    }
    return behind.count { it !is HeldInfo }.toLong()
  }
}

/** An info that waits for the partitions that are behind. */
internal class HeldInfo(
  private val info: Any,
  private var waitsFor: Int,
  private val host: DispatcherHost,
) {
  /** One partition has sent all that it was to send before. */
  fun passed() {
    if (--waitsFor == 0) host.release(info)
  }
}
