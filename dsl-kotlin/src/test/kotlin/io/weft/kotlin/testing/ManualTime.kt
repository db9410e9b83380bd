package io.weft.kotlin.testing

import io.weft.runtime.Clock
import io.weft.runtime.Seams
import io.weft.runtime.Strands
import io.weft.runtime.Timers
import java.time.Duration
import java.util.PriorityQueue
import kotlinx.coroutines.CompletableDeferred

/** Time that stands still until it is advanced. */
internal class ManualTime : Clock, Timers {
  private class Pending(val at: Long, val action: Runnable)

  private val queue = PriorityQueue(compareBy<Pending> { it.at })
  private var now = 0L

  /** Completes when a timer is waiting. */
  val armed = CompletableDeferred<Unit>()

  /** The real scheduler, with this time. */
  fun seams(): Seams =
    Seams.system().let { Seams(it.scheduler(), Strands.virtual(), this, this, it.entropy()) }

  @Synchronized override fun nanoTime(): Long = now

  @Synchronized
  override fun after(delay: Duration, action: Runnable): Timers.Timer {
    val timer = Pending(now + delay.toNanos(), action)
    queue.add(timer)
    armed.complete(Unit)
    return Timers.Timer { synchronized(this) { queue.remove(timer) } }
  }

  @Synchronized
  fun advance(duration: Duration) {
    now += duration.toNanos()
    while (queue.isNotEmpty() && queue.peek().at <= now) queue.poll().action.run()
  }

  @Synchronized override fun close() = queue.clear()
}
