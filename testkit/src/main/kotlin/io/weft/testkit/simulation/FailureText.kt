package io.weft.testkit.simulation

/** What a person reads of a run that failed. */
internal class FailureText(
  private val name: String,
  private val smallest: Outcome,
  private val first: Outcome,
  private val attempts: Int,
  private val isRepeatable: Boolean,
  private val command: String,
) {
  override fun toString(): String = buildString {
    val broken = checkNotNull(smallest.broken)
    val what = if (broken.isInvariant) "does not hold: ${broken.kind}" else broken.kind
    appendLine("$name, seed ${first.cut.seed}: $what")
    appendLine()
    broken.message.orEmpty().trimEnd().lines().forEach { appendLine("  $it".trimEnd()) }
    appendLine()
    if (!isRepeatable) {
      appendLine(
        "The same seed did not repeat it: the program has threads, clocks or chance of its own."
      )
      appendLine()
    }
    val script = smallest.script
    appendLine(
      "The run${if (smallest !== first) ", shrunk from ${size(first.script)} in $attempts runs" else ""}:"
    )
    appendLine("  ${size(script)}")
    for ((_, fault) in script.faults) appendLine("  $fault")
    for ((client, steps) in script.steps) {
      appendLine("  client $client on n${1 + (client - 1) % script.nodes}: ${shown(steps)}")
    }
    appendLine()
    appendLine("What happened:")
    smallest.trace.forEach { appendLine("  $it") }
    appendLine()
    appendLine("Repeat it with:")
    append("  $command")
  }

  private fun size(script: Script): String {
    val steps = script.steps.values.sumOf { it.size }
    return "${count(script.nodes, "node")}, ${count(script.faults.size, "fault")}, " +
      "${count(steps, "step")}, ${millis(script.lasting)}"
  }

  private fun count(count: Int, what: String) = if (count == 1) "1 $what" else "$count ${what}s"

  private fun shown(steps: List<Int>) =
    if (steps.size == 1) "step ${steps.single()}" else "steps ${steps.joinToString()}"
}
