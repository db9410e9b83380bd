package io.weft.stage.engine

import io.weft.stage.Keep

/**
 * Events that nobody has asked for yet, in order, and the infos behind them.
 *
 * An info stands behind an event, by the number of that event. It comes out when that event has
 * left, whether it was taken or dropped; infos are not counted and never dropped.
 *
 * @param size how many events are kept; [Int.MAX_VALUE] for as many as there are
 */
internal class EventBuffer<E : Any>(private val size: Int, private val keep: Keep) {
  private val events = ArrayDeque<E>()
  private val infos = ArrayDeque<Info>()

  /** The number of the first event. */
  private var head = 0L

  private class Info(val behind: Long, val content: Any)

  val count: Int
    get() = events.size

  val isEmpty: Boolean
    get() = events.isEmpty()

  /** Adds events at the end; returns how many were dropped for it. */
  fun store(new: List<E>): Int {
    val over = maxOf(0L, events.size.toLong() + new.size - size).toInt()
    if (over == 0) {
      events.addAll(new)
      return 0
    }
    if (keep == Keep.FIRST) {
      events.addAll(new.subList(0, new.size - over))
    } else {
      val old = minOf(over, events.size)
      drop(old)
      events.addAll(new.subList(over - old, new.size))
    }
    return over
  }

  private fun drop(count: Int) {
    repeat(count) { events.removeFirst() }
    head += count
  }

  /** Puts back at the front what was [taken] last. */
  fun putBack(taken: List<E>) {
    events.addAll(0, taken)
    head -= taken.size
  }

  /** Takes the oldest events, as far as an info, [most] of them at most. */
  fun take(most: Long): List<E> {
    val info = infos.firstOrNull()
    val until = if (info == null) events.size.toLong() else info.behind + 1 - head
    val count = minOf(most, until, events.size.toLong()).toInt()
    val taken = if (count == events.size) ArrayList(events) else ArrayList(events.subList(0, count))
    if (count == events.size) {
      events.clear()
      head += count
    } else drop(count)
    return taken
  }

  /** Puts an info behind the last event. */
  fun attach(info: Any) {
    infos.addLast(Info(head + events.size - 1, info))
  }

  /** Takes an info whose event has left, or null. */
  fun takeInfo(): Any? =
    if (infos.isNotEmpty() && infos.first().behind < head) infos.removeFirst().content else null
}
