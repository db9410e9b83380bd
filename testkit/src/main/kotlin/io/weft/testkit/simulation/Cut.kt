package io.weft.testkit.simulation

import java.time.Duration
import java.util.TreeMap
import java.util.TreeSet

/**
 * Which run of a scenario: its seed, and what is kept of all that follows from it. Null is all.
 *
 * @param schedule another number is another interleaving of the same events
 * @param faults the places of the faults that are kept
 * @param steps the steps that are kept, by client
 * @param earlier how much earlier than drawn faults come
 * @param until when faults and workload end
 */
internal data class Cut(
  val seed: Long,
  val schedule: Int = 0,
  val nodes: Int? = null,
  val faults: List<Int>? = null,
  val steps: Map<Int, List<Int>>? = null,
  val earlier: Duration = Duration.ZERO,
  val until: Duration? = null,
) {
  override fun toString() = buildString {
    append("seed=$seed")
    if (schedule != 0) append(" schedule=$schedule")
    nodes?.let { append(" nodes=$it") }
    faults?.let { append(" faults=${ranges(it)}") }
    steps?.let { kept ->
      append(" steps=")
      append(
        kept
          .filterValues { it.isNotEmpty() }
          .entries
          .joinToString(";") { "${it.key}:${ranges(it.value)}" }
      )
    }
    if (!earlier.isZero) append(" earlier=${earlier.toMillis()}ms")
    until?.let { append(" until=${it.toMillis()}ms") }
  }

  companion object {
    /** Reads what [toString] writes. */
    fun parse(text: String): Cut {
      val parts =
        text.trim().split(Regex("\\s+")).associate {
          require('=' in it) { "'$it' is no part of a run to replay: $text" }
          it.substringBefore('=') to it.substringAfter('=')
        }
      return Cut(
        requireNotNull(parts["seed"]) { "no seed to replay: $text" }.toLong(),
        parts["schedule"]?.toInt() ?: 0,
        parts["nodes"]?.toInt(),
        parts["faults"]?.let(::numbers),
        parts["steps"]?.let { steps ->
          steps.split(';').filter(String::isNotEmpty).associateTo(TreeMap()) {
            it.substringBefore(':').toInt() to numbers(it.substringAfter(':'))
          }
        },
        parts["earlier"]?.let(::time) ?: Duration.ZERO,
        parts["until"]?.let(::time),
      )
    }

    private fun time(text: String) = Duration.ofMillis(text.removeSuffix("ms").toLong())

    private fun numbers(text: String): List<Int> {
      val all = TreeSet<Int>()
      for (part in text.split(',').filter(String::isNotEmpty)) {
        val ends = part.split('-').map(String::toInt)
        all += ends.first()..ends.last()
      }
      return all.toList()
    }

    private fun ranges(numbers: List<Int>): String {
      val parts = ArrayList<IntRange>()
      for (number in numbers.sorted()) {
        val last = parts.lastOrNull()
        if (last != null && last.last + 1 == number) parts[parts.size - 1] = last.first..number
        else parts += number..number
      }
      return parts.joinToString(",") {
        if (it.first == it.last) "${it.first}" else "${it.first}-${it.last}"
      }
    }
  }
}
