package io.weft.dist

import io.weft.wire.control.Control
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.yield

/**
 * What waits to be written to one peer. Any thread puts, without ever blocking; one coroutine, the
 * writer, takes.
 *
 * ## Asleep and awake
 *
 * The writer sleeps only while nothing is counted, and is woken by whoever brings the count from 0
 * to 1. A put adds before it counts, so the writer may take what is not counted yet and the count
 * fall below 0 for a moment; then the count that was late wakes it once for nothing. Never is
 * something left behind a sleeping writer.
 *
 * ## Busy
 *
 * More than [budget] bytes, queued here or taken and not yet written, make the outbox *busy*. It
 * takes on; whoever sends is to wait until [whenRoom], which comes at half of the budget, so that
 * those who wait do not go back and forth for each message.
 */
internal class Outbox(
  private val maxSignals: Long,
  private val maxBytes: Long = Long.MAX_VALUE,
  private val budget: Long = DEFAULT_BUDGET,
) {
  /** A signal in the queue; the first has been taken. */
  private class Place(var signal: Control?, val bytes: Long) : AtomicReference<Place?>()

  private var first = Place(null, 0)
  private val last = AtomicReference(first)
  private val load = AtomicLong()
  private val wake = Channel<Unit>(Channel.CONFLATED)
  private val waiting = ConcurrentLinkedQueue<Runnable>()

  @Volatile private var tickDue = false

  /** What the writer has taken and not yet written. Set by the writer. */
  private val taken = AtomicLong()

  /** Whether nothing more is worth waiting for: the writer writes what is there and ends. */
  @Volatile
  var ending: Boolean = false
    private set

  /** How many signals wait; an estimate while others put or take. */
  val signals: Long
    get() = countOf(load.get()).coerceAtLeast(0)

  /** How many bytes wait, or are being written; an estimate. */
  val bytes: Long
    get() = bytesOf(load.get()).coerceAtLeast(0) + taken.get()

  /** Whether no signal waits; an estimate while others put or take. */
  val isEmpty: Boolean
    get() = signals == 0L

  /** Whether senders had better wait. */
  val isBusy: Boolean
    get() = bytes > budget

  /** Whether there are some who wait for room. */
  val holdsUp: Boolean
    get() = !waiting.isEmpty()

  /** How many wait for room. Takes time where they are many. */
  val sendersWaiting: Int
    get() = waiting.size

  /** Queues a signal of about [bytes]; false, and nothing is queued, if too much waits already. */
  fun put(signal: Control, bytes: Long): Boolean {
    val before = load.get()
    if (countOf(before) >= maxSignals || bytesOf(before) > maxBytes) return false
    val place = Place(signal, bytes)
    last.getAndSet(place).lazySet(place)
    if (countOf(load.getAndAdd(ONE + bytes)) == 0L) wake.trySend(Unit)
    return true
  }

  /** Runs [then] once when it is not busy, at once if it is not, or when the connection ends. */
  fun whenRoom(then: Runnable) {
    waiting.add(then)
    letGoWhile { !isBusy } // the writer may have looked before
  }

  /** Lets all go who wait for room. */
  fun letGo() = letGoWhile { true }

  /** Who goes on may use up the room before the next is asked. */
  private inline fun letGoWhile(hasRoom: () -> Boolean) {
    while (hasRoom()) (waiting.poll() ?: return).run()
  }

  /** Asks for a tick, to be written if nothing else is there to write. */
  fun putTick() {
    tickDue = true
    wake.trySend(Unit)
  }

  /** Wakes the writer: there is something for it elsewhere. */
  fun nudge() {
    wake.trySend(Unit)
  }

  /** Asks the writer to end once it has written what is queued. */
  fun end() {
    ending = true
    wake.trySend(Unit)
  }

  // --- the writer --------------------------------------------------------------------------------

  /** Takes the next signal, or returns null. */
  fun poll(): Control? {
    val next = first.get() ?: return null
    first = next
    taken.lazySet(taken.plain + next.bytes) // and is seen with what follows
    load.getAndAdd(-ONE - next.bytes)
    return next.signal.also { next.signal = null }
  }

  /** Tells how many bytes went out since the last call, and whether that was all that was taken. */
  fun written(bytes: Long, all: Boolean) {
    taken.set(if (all) 0 else (taken.plain - bytes).coerceAtLeast(0))
    if (holdsUp) letGoWhile { this.bytes <= budget / 2 }
  }

  /** Tells whether a tick was asked for since the last call. */
  fun takeTick(): Boolean = tickDue.also { if (it) tickDue = false }

  /** Suspends until there may be something to do. */
  suspend fun await() {
    // what is counted and not to be found is just being queued behind one who is slower
    if (countOf(load.get()) > 0) yield() else wake.receive()
  }

  companion object {
    /** When OTP's senders are suspended: its option `+zdbbl`. */
    const val DEFAULT_BUDGET = 1L shl 20

    /** The load is a count above, and bytes, of which there are less than half of this, below. */
    private const val ONE = 1L shl 40

    /** Rounds, since a late count may leave the bytes below 0. */
    private fun countOf(load: Long) = (load + ONE / 2) shr 40

    private fun bytesOf(load: Long) = load - countOf(load) * ONE
  }
}
