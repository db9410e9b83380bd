package io.weft.dist.testing

import io.weft.runtime.Clock
import io.weft.runtime.Timers
import java.time.Duration
import java.util.PriorityQueue

/**
 * Time that stands still until it is advanced. Actions run in [advance], in the order of their
 * time.
 */
class ManualTime : Clock, Timers {
  private class Pending(val at: Long, val number: Long, val action: Runnable)

  private val queue = PriorityQueue(compareBy<Pending>({ it.at }, { it.number }))
  private var now = 0L
  private var count = 0L

  /** How many timers wait. */
  val pending: Int
    @Synchronized get() = queue.size

  @Synchronized override fun nanoTime(): Long = now

  @Synchronized
  override fun after(delay: Duration, action: Runnable): Timers.Timer {
    val timer = Pending(now + delay.toNanos().coerceAtLeast(0), count++, action)
    queue.add(timer)
    return Timers.Timer { synchronized(this) { queue.remove(timer) } }
  }

  fun advance(duration: Duration) {
    val until = synchronized(this) { now + duration.toNanos() }
    while (true) {
      val due = synchronized(this) { takeDue(until) } ?: return
      due.action.run()
    }
  }

  /** Advances to the next timer if it is due within [duration]; false if there is none. */
  fun advanceToNext(duration: Duration): Boolean {
    val wait = synchronized(this) { queue.peek()?.let { it.at - now } } ?: return false
    if (wait > duration.toNanos()) return false
    advance(Duration.ofNanos(wait))
    return true
  }

  private fun takeDue(until: Long): Pending? {
    val next = queue.peek()
    now = if (next != null && next.at <= until) next.at else until
    return if (next != null && next.at <= until) queue.poll() else null
  }

  @Synchronized override fun close() = queue.clear()
}
