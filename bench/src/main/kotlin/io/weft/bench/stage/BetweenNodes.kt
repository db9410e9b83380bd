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
 * A consumer here takes events of a far producer, one number after the other from wherever that is,
 * and ends when it has enough.
 */
internal class BetweenNodes(
  private val node: Node,
  private val far: String,
  private val events: StageRows.Events,
  private val batch: Int,
) : Workload {
  override fun run(ops: Int): Long {
    val done = CountDownLatch(1)
    val run = ConsecutiveNumbers(ops)
    val consumer =
      when (events) {
        StageRows.Events.NUMBERS -> taking<Long>(run, done) { it }
        StageRows.Events.RECORDS -> taking<Sale>(run, done) { it.amount }
      }
    return Stopwatch.until(done) { node.spawn(consumer) }.also { run.check() }
  }

  private inline fun <reified E : Any> taking(
    run: ConsecutiveNumbers,
    done: CountDownLatch,
    crossinline number: (E) -> Long,
  ): Blueprint<Consumes<E>> {
    val producer = node.address(events.producer(), far, stageCodec<Produces<E>>())
    return GenStage.consumer("sum") {
      onEvents { events, _ ->
        for (event in events) run.add(number(event))
        if (run.hasAll()) {
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

  fun add(number: Long) {
    if (count == 0) first = number
    sum += number
    count++
  }

  fun hasAll(): Boolean = count >= wanted

  fun check() = check(sum == count * first + count * (count - 1L) / 2) { "events were lost" }
}
