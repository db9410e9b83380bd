package io.weft.testkit

import io.weft.node.Self
import io.weft.runtime.Scheduler
import io.weft.runtime.Seams
import io.weft.runtime.Strands
import io.weft.runtime.Timers
import io.weft.runtime.Urgency
import io.weft.term.Pid
import java.time.Duration

/** Knows of each timer that waits who has set it. Used on the thread of the simulation. */
internal class TimerWatch {
  /** A timer that waits; without an owner if it was set outside of processes. */
  internal class Waiting(val owner: Pid?, val due: Duration, val setBy: String)

  private val waiting = LinkedHashSet<Waiting>()
  private val strand = ThreadLocal<String?>()
  private var turn: Runnable? = null
  private var now: () -> Duration = { Duration.ZERO }

  /** While it is off, timers are nobody's business: those of nodes that start and stop. */
  var isOn = false

  val pending: List<Waiting>
    get() = synchronized(waiting) { waiting.toList() }

  /** Returns seams that let this one see. */
  fun around(seams: Seams): Seams {
    now = { Duration.ofNanos(seams.clock().nanoTime()) }
    val timers = WatchedTimers(seams.timers())
    val turns = WatchedTurns(seams.scheduler())
    return Seams(turns, WatchedStrands(seams.strands()), seams.clock(), timers, seams.entropy())
  }

  private fun note(delay: Duration): Waiting? {
    val running = turn
    val inTurn = running is Self<*>
    if (!isOn || !inTurn && (running != null || strand.get() != null)) return null
    val owner = (running as? Self<*>)?.pid()
    return Waiting(owner, now() + delay, if (owner == null) caller() else "")
  }

  private fun caller(): String =
    StackWalker.getInstance().walk { frames ->
      frames
        .filter { frame -> INTERNAL.none(frame.className::startsWith) }
        .findFirst()
        .map { "${it.className}.${it.methodName}:${it.lineNumber}" }
        .orElse("code that is not known")
    }

  private inner class WatchedTimers(private val timers: Timers) : Timers by timers {
    override fun after(delay: Duration, action: Runnable): Timers.Timer {
      val mine = note(delay) ?: return timers.after(delay, action)
      synchronized(waiting) { waiting.add(mine) }
      val timer =
        timers.after(delay) {
          synchronized(waiting) { waiting.remove(mine) }
          action.run()
        }
      return Timers.Timer {
        synchronized(waiting) { waiting.remove(mine) }
        timer.cancel()
      }
    }
  }

  private inner class WatchedTurns(private val scheduler: Scheduler) : Scheduler by scheduler {
    override fun execute(turn: Runnable) = scheduler.execute { run(turn) }

    override fun executeLater(turn: Runnable) = scheduler.executeLater { run(turn) }

    override fun execute(turn: Runnable, urgency: Urgency) =
      scheduler.execute({ run(turn) }, urgency)

    private fun run(next: Runnable) {
      turn = next
      try {
        next.run()
      } finally {
        turn = null
      }
    }
  }

  private inner class WatchedStrands(private val strands: Strands) : Strands by strands {
    override fun start(name: String, body: Runnable): Strands.Strand =
      strands.start(name) {
        strand.set(name)
        body.run()
      }
  }

  private companion object {
    val INTERNAL = listOf("io.weft.testkit.T", "io.weft.node.", "io.weft.gen.", "java.", "kotlin")
  }
}
