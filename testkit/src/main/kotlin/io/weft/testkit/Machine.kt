package io.weft.testkit

import io.weft.runtime.Clock
import io.weft.runtime.Scheduler
import io.weft.runtime.Seams
import io.weft.runtime.Timers
import java.time.Duration
import java.time.Instant
import java.util.function.BooleanSupplier
import java.util.random.RandomGenerator

/**
 * One simulated process of an operating system, in which a node runs. It can be stopped and go on,
 * as by SIGSTOP and SIGCONT, or be gone at once, as by SIGKILL; what it has to do is held back or
 * forgotten. Its clock can be set, and single turns can be held up while others go on.
 */
internal class Machine(
  private val scheduler: Scheduler,
  private val time: VirtualTime,
  private val random: RandomGenerator,
  goOn: BooleanSupplier,
) {
  private enum class State {
    RUNNING,
    STOPPED,
    GONE,
  }

  private var state = State.RUNNING
  private val held = ArrayList<Runnable>()
  private val turns = Turns()
  private val clock = OwnTime()
  private val strands = BatonStrands(turns, goOn)
  private var stallsOneIn = 0
  private var longestStall = 0L

  /** What the node runs on. */
  val seams = Seams(turns, strands, clock, clock, random::nextLong)

  val isGone: Boolean
    get() = state == State.GONE

  /** Holds back whatever there is to do, until [resume]. */
  fun stop() {
    if (state == State.RUNNING) state = State.STOPPED
  }

  /** Does what was held back, in its order. */
  fun resume() {
    if (state != State.STOPPED) return
    state = State.RUNNING
    val late = ArrayList(held)
    held.clear()
    scheduler.execute { late.forEach(::act) }
  }

  /** Does nothing any more. */
  fun end() {
    state = State.GONE
    held.clear()
    clock.close()
    strands.end()
  }

  /** Sets the clock forward: what is due until then is due now. */
  fun jump(by: Duration) = clock.jump(by)

  /** Sets the time of day, as shown to people, forward or back. */
  fun setTimeOfDay(by: Duration) {
    clock.timeOfDayOffset += by.toNanos()
  }

  /** Holds up one in so many turns for up to [most], none if [oneIn] is zero. */
  fun stall(oneIn: Int, most: Duration) {
    stallsOneIn = oneIn
    longestStall = most.toNanos()
  }

  private fun act(action: Runnable) {
    when (state) {
      State.RUNNING -> action.run()
      State.STOPPED -> held.add(action)
      State.GONE -> {}
    }
  }

  private inner class Turns : Scheduler {
    override fun execute(turn: Runnable) {
      when {
        isGone -> {}
        stallsOneIn > 0 && random.nextInt(stallsOneIn) == 0 ->
          time.after(Duration.ofNanos(1 + random.nextLong(longestStall))) {
            scheduler.execute { act(turn) }
          }
        else -> scheduler.execute { act(turn) }
      }
    }

    override fun isCarrier() = scheduler.isCarrier

    override fun parallelism() = 1

    override fun close() {}
  }

  private inner class OwnTime : Clock, Timers {
    private val pending = LinkedHashSet<Pending>()
    private var offset = 0L
    var timeOfDayOffset = 0L

    override fun nanoTime(): Long = time.nanoTime() + offset

    override fun now(): Instant = Instant.EPOCH.plusNanos(nanoTime() + timeOfDayOffset)

    override fun after(delay: Duration, action: Runnable): Timers.Timer {
      if (isGone) return Timers.Timer { false }
      return Pending(nanoTime() + delay.toNanos().coerceAtLeast(0), action).also {
        pending.add(it)
        it.begin()
      }
    }

    fun jump(by: Duration) {
      offset += by.toNanos()
      pending.forEach { it.waitAnew() }
    }

    override fun close() {
      pending.forEach { it.forget() }
      pending.clear()
    }

    private inner class Pending(private val due: Long, private val action: Runnable) :
      Timers.Timer {
      private var timer: Timers.Timer? = null

      fun begin() {
        timer = time.after(Duration.ofNanos(due - nanoTime()), ::fire)
      }

      fun waitAnew() {
        forget()
        begin()
      }

      fun forget() {
        timer?.cancel()
      }

      private fun fire() {
        if (pending.remove(this)) act(action)
      }

      override fun cancel(): Boolean = pending.remove(this).also { forget() }
    }
  }
}
