package io.weft.bench.stage

import io.weft.bench.worker.Stopwatch
import io.weft.bench.worker.Workload
import io.weft.node.Node
import io.weft.stage.graph.Taken
import io.weft.stage.graph.consumer
import io.weft.stage.graph.into
import io.weft.stage.graph.producer
import io.weft.stage.graph.supervisor
import io.weft.stage.graph.transform

/**
 * A long line of builders: code that emits, code that makes others of lists, code that takes them.
 */
internal class Builders(private val node: Node, batch: Int) : Workload {
  private val taken = Taken.BY_DEFAULT.atMost(batch)

  override fun run(ops: Int): Long {
    val tally = Tally(1)
    val sum = Sum(ops, tally)
    val line =
      producer<Long>("numbers") { for (number in 0L until ops) emit(number) } into
        transform("next", taken) { events: List<Long> -> events.map { it + 1 } } into
        consumer("sum", taken) { events: List<Long> -> sum.add(events) }
    return Stopwatch.until(tally.done()) { node.spawn(line.supervisor("line")) }
      .also { Shape.BUILDERS.check(ops, tally.sum()) }
  }
}
