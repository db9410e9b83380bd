package io.weft.testkit

import java.time.Duration
import java.util.random.RandomGenerator

/**
 * The way from one simulated host to another, in this direction. Packets take a time that varies,
 * and keep their order within a connection.
 *
 * A silent link lets nothing through. As with TCP that loses nothing: what a connection has under
 * way arrives when the link is heard again.
 */
internal class Link(private val random: RandomGenerator) {
  /** The shortest time a packet takes. */
  var least: Duration = Duration.ofNanos(20_000)

  /** How much longer it may take. */
  var jitter: Duration = Duration.ofNanos(500_000)

  /** How many bytes it carries each second. */
  var bytesPerSecond = 1L shl 30

  private val waiting = ArrayList<() -> Unit>()

  var isSilent = false
    set(silent) {
      field = silent
      if (!silent) ArrayList(waiting).also { waiting.clear() }.forEach { it() }
    }

  /** How long a packet takes from now on, in nanoseconds. */
  fun latency(): Long =
    least.toNanos() + jitter.toNanos().let { if (it == 0L) 0 else random.nextLong(it) }

  /** How long it takes to put this many bytes on the way, in nanoseconds. */
  fun transmission(bytes: Int): Long = bytes * NANOS / bytesPerSecond

  /** Runs [action] once the link is heard again. */
  fun whenHeard(action: () -> Unit) {
    waiting += action
  }

  private companion object {
    const val NANOS = 1_000_000_000L
  }
}
