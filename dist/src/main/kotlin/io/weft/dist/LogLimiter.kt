package io.weft.dist

import io.weft.runtime.Clock
import java.time.Duration

/**
 * Keeps lines that a stranger can cause from filling a disk: lets [burst] through at once and one each [interval] after
 * that, and counts the others, to be told by the next one. Callable from any thread.
 */
internal class LogLimiter(
    private val clock: Clock,
    private val burst: Int = 100,
    private val interval: Duration = Duration.ofSeconds(1),
) {
    private var lines = burst
    private var refilledAt = clock.nanoTime()
    private var suppressed = 0L

    /** Calls [log] with the text to append to the line (as a rule nothing), or not at all. */
    fun line(log: (more: String) -> Unit) {
        val more = admit() ?: return
        log(more)
    }

    @Synchronized
    private fun admit(): String? {
        refill()
        if (lines == 0) {
            suppressed++
            return null
        }
        lines--
        val more = if (suppressed == 0L) "" else " (and $suppressed more such lines were left out)"
        suppressed = 0
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
