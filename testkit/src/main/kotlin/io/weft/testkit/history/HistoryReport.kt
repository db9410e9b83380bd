package io.weft.testkit.history

/**
 * Shows a person why a history is not linearizable: its shortest beginning that is not, the
 * operation at whose end that is known, and an order that explains all before it.
 */
internal class HistoryReport<S : Any, O : Any, R>(
  private val model: SequentialModel<S, O, R>,
  private val name: String,
  private val key: Any,
  private val operations: List<RecordedOperation<O, R>>,
) {
  private val checker = LinearizabilityChecker(model)

  override fun toString(): String {
    val ends = operations.filter { it.ending == Ending.OK }.sortedBy { it.returned }
    val culprit = ends[firstFailing(ends)]
    val before = until(culprit.returned - 1)
    return buildString {
      append(name)
      if (key != "") append(", key ${key},")
      appendLine(" is not linearizable")
      appendLine()
      timeline(this, until(culprit.returned), culprit)
      appendLine()
      explain(this, before, culprit)
    }
  }

  /** What was known when the places up to [place] were taken. */
  private fun until(place: Long) =
    operations.filter { it.invoked <= place }.map { it.asOf(place + 1) }

  /**
   * A history whose beginning is not linearizable is not, so the first that is not can be halved
   * for.
   */
  private fun firstFailing(ends: List<RecordedOperation<O, R>>): Int {
    var least = 0
    var most = ends.size - 1
    while (least < most) {
      val middle = (least + most) / 2
      if (checker.check(until(ends[middle].returned)) is Verdict.NotLinearizable) most = middle
      else least = middle + 1
    }
    return least
  }

  private fun timeline(
    into: StringBuilder,
    operations: List<RecordedOperation<O, R>>,
    culprit: RecordedOperation<O, R>,
  ) {
    val shown = operations.takeLast(MAX_LINES)
    if (shown.size < operations.size)
      into.appendLine("  ... ${operations.size - shown.size} operations before")
    val places = shown.flatMap { listOf(it.invoked, it.returned) }.filter { it != Long.MAX_VALUE }
    val end = minOf(WIDTH, 3 * places.size)
    val columns =
      places.sorted().withIndex().associate { (i, place) -> place to i * end / places.size }
    val clients = shown.maxOf { it.client.length }
    val labels = shown.map { it.toString() }
    val width = labels.maxOf { it.length }
    for ((operation, label) in shown.zip(labels)) {
      val from = columns.getValue(operation.invoked)
      val to = columns[operation.returned]
      val length = maxOf(0, (to ?: end) - from - 1)
      val bar = "|" + "-".repeat(length) + if (to == null) ">" else "|"
      val mark = if (operation.invoked == culprit.invoked) "  <-- no order explains this" else ""
      into.appendLine(
        "  ${operation.client.padEnd(clients)}  ${label.padEnd(width)}  ${" ".repeat(from)}$bar$mark"
      )
    }
  }

  private fun explain(
    into: StringBuilder,
    before: List<RecordedOperation<O, R>>,
    culprit: RecordedOperation<O, R>,
  ) {
    val verdict = checker.check(before) as? Verdict.Linearizable ?: return
    val order = verdict.witness
    val state =
      order.fold(model.initial()) { state, next -> model.apply(state, next.operation).state }
    into.appendLine("All before it can be explained by the order")
    val last = order.takeLast(MAX_ORDER).joinToString(", ") { "${it.operation}" }
    into.appendLine(
      "  ${if (order.size > MAX_ORDER) "... " else ""}${last.ifEmpty { "of nothing" }}"
    )
    into.appendLine(
      "which leads to the state $state, but no order has ${culprit.operation} return ${culprit.result}."
    )
  }

  private companion object {
    const val MAX_LINES = 40
    const val MAX_ORDER = 12
    const val WIDTH = 60
  }
}
