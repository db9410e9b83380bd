package io.weft.testkit.simulation

import java.time.Duration

/** What happened in a run, line by line. */
internal class Trace(private val clock: () -> Duration) {
  private val lines = ArrayDeque<String>()
  private var digest = 1L
  private var dropped = 0

  fun tell(who: String, what: String) {
    val line = "${seconds(clock())}  ${who.padEnd(WHO)} $what"
    digest = 31 * digest + line.hashCode()
    lines += line
    if (lines.size > MOST) {
      lines.removeFirst()
      dropped++
    }
  }

  /** A number that differs if what was told differs. */
  fun digest(): Long = digest

  fun lines(): List<String> =
    if (dropped == 0) lines.toList() else listOf("... $dropped lines before") + lines

  private companion object {
    const val MOST = 400
    const val WHO = 10
  }
}
