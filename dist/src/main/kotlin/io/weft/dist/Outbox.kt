package io.weft.dist

import io.weft.wire.control.Control
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.channels.Channel

/**
 * What waits to be written to one peer. Any thread puts, without ever blocking; one coroutine, the
 * writer, takes.
 *
 * The writer sleeps only after [poll] gave it nothing, and is woken by whoever brings the count
 * from 0 to 1. A put adds before it counts, so the writer may take what is not counted yet and the
 * count fall below 0 for a moment; then the count that was late wakes it once for nothing. Never is
 * something left behind a sleeping writer.
 */
internal class Outbox(private val limit: Int) {
  private val signals = ConcurrentLinkedQueue<Control>()
  private val count = AtomicInteger()
  private val wake = Channel<Unit>(Channel.CONFLATED)

  @Volatile private var tickDue = false

  /** Whether nothing more is worth waiting for: the writer writes what is there and ends. */
  @Volatile
  var ending: Boolean = false
    private set

  /** Whether no signal waits; an estimate while others put or take. */
  val isEmpty: Boolean
    get() = signals.isEmpty()

  /** Queues a signal; false, and nothing is queued, if [limit] signals wait already. */
  fun put(signal: Control): Boolean {
    if (count.get() >= limit) return false
    signals.add(signal)
    if (count.getAndIncrement() == 0) wake.trySend(Unit)
    return true
  }

  /** Asks for a tick, to be written if nothing else is there to write. */
  fun putTick() {
    tickDue = true
    wake.trySend(Unit)
  }

  /** Asks the writer to end once it has written what is queued. */
  fun end() {
    ending = true
    wake.trySend(Unit)
  }

  /** Takes the next signal, or returns null. For the writer. */
  fun poll(): Control? = signals.poll()?.also { count.decrementAndGet() }

  /** Tells whether a tick was asked for since the last call. For the writer. */
  fun takeTick(): Boolean = tickDue.also { if (it) tickDue = false }

  /** Suspends until there may be something to do. For the writer. */
  suspend fun await() = wake.receive()
}
