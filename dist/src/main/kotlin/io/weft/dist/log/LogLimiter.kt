package io.weft.dist.log

import io.weft.runtime.Clock
import java.time.Duration
import org.slf4j.Logger

/**
 * Writes the lines that a stranger or a broken peer can cause, and keeps a flood of them from
 * filling a disk: [burst] lines pass at once and one each [interval] after that; the next line that
 * passes tells how many did not. Callable from any thread.
 */
internal class LogLimiter(
  private val log: Logger,
  private val clock: Clock,
  private val burst: Int = 100,
  private val interval: Duration = Duration.ofSeconds(1),
) {
  private var lines = burst
  private var refilledAt = clock.nanoTime()
  private var leftOut = 0L

  fun info(line: String) {
    admit()?.let { log.info("{}{}", line, it) }
  }

  fun warn(line: String) {
    admit()?.let { log.warn("{}{}", line, it) }
  }

  fun error(line: String, failure: Throwable) {
    admit()?.let { log.error("{}{}", line, it, failure) }
  }

  /** Returns what to append to the line, as a rule nothing, or null if it is left out. */
  @Synchronized
  private fun admit(): String? {
    refill()
    if (lines == 0) {
      leftOut++
      return null
    }
    lines--
    val more = if (leftOut == 0L) "" else " ($leftOut lines before this one were left out)"
    leftOut = 0
    return more
  }

  private fun refill() {
    val due = (clock.nanoTime() - refilledAt) / interval.toNanos()
    if (due > 0) {
      lines = minOf(burst.toLong(), lines + due).toInt()
      refilledAt += due * interval.toNanos()
    }
  }
}
