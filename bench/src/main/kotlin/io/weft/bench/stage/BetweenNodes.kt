package io.weft.bench.stage

import io.weft.bench.worker.Stopwatch
import io.weft.bench.worker.Workload
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.stage.Consumes
import io.weft.stage.Produces
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.stageCodec
import java.util.concurrent.CountDownLatch

/**
 * A consumer here takes events of the far producer, one number after the other from wherever that
 * is, and ends when it has enough.
 */
internal class BetweenNodes(
  private val node: Node,
  private val far: String,
  private val batch: Int,
) : Workload {
  override fun run(ops: Int): Long {
    val done = CountDownLatch(1)
    val run = ConsecutiveNumbers(ops)
    return Stopwatch.until(done) { node.spawn(taking(run, done)) }.also { run.check() }
  }

  private fun taking(run: ConsecutiveNumbers, done: CountDownLatch): Blueprint<Consumes<Long>> {
    val producer = node.address(StageRows.NUMBERS, far, stageCodec<Produces<Long>>())
    return GenStage.consumer("sum") {
      onEvents { events, _ ->
        if (run.add(events)) {
          stop(ExitReason.NORMAL)
          done.countDown()
        }
      }
      subscribeTo(producer) { maxDemand = batch }
    }
  }
}

/** Counts to [wanted], and knows what the numbers come to, whichever is the first. */
private class ConsecutiveNumbers(private val wanted: Int) {
  private var first = 0L
  private var count = 0
  private var sum = 0L

  /** Returns true when there are enough. */
  fun add(events: List<Long>): Boolean {
    if (count == 0) first = events.first()
    for (event in events) sum += event
    count += events.size
    return count >= wanted
  }

  fun check() = check(sum == count * first + count * (count - 1L) / 2) { "events were lost" }
}
