package io.weft.bench.stage

import io.weft.bench.worker.Stopwatch
import io.weft.bench.worker.Workload
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.stage.Consumes
import io.weft.stage.DemandMode
import io.weft.stage.Dispatching
import io.weft.stage.Produces
import io.weft.stage.StageScope
import io.weft.stage.SubscriptionEnd
import io.weft.stage.SubscriptionScope
import io.weft.stage.Transforms
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.dispatch.DemandDispatcher
import io.weft.stage.dispatch.PartitionDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.demand
import java.util.concurrent.CountDownLatch

/**
 * Stages as tables of callbacks. They are subscribed before the clock starts; demand is held until
 * then. When a run is over each stage ends with its last consumer.
 */
internal class Tables(
  private val node: Node,
  private val shape: Shape,
  private val batch: Int,
) : Workload {
  override fun run(ops: Int): Long {
    val tally = Tally(shape.consumers())
    val subscribed = CountDownLatch(if (shape.isLong) 1 else shape.consumers())
    val first = node.spawn(counter(ops, subscribed))
    val last = if (shape.isLong) node.spawn(between(first)) else first
    repeat(shape.consumers()) { node.spawn(summing(last, it, shape.share(ops), tally)) }
    subscribed.await()
    return Stopwatch.until(tally.done()) { first.demand(DemandMode.FORWARD) }
      .also { shape.check(ops, tally.sum()) }
  }

  private fun counter(end: Int, subscribed: CountDownLatch): Blueprint<Produces<Long>> =
    GenStage.producer("numbers") {
      var next = 0L
      dispatcher(dispatching())
      demand(DemandMode.ACCUMULATE)
      onSubscriber { _, _ -> subscribed.countDown() }
      onDemand { wanted -> emit(List(minOf(wanted, end - next).toInt()) { next++ }) }
      endsWithConsumers { consumers.isEmpty() }
    }

  private fun dispatching(): Dispatching<Long> =
    when (shape) {
      Shape.BROADCAST -> BroadcastDispatcher.of()
      Shape.PARTITION ->
        PartitionDispatcher.of(shape.consumers()) { hash { (it % StageRows.CONSUMERS).toInt() } }
      else -> DemandDispatcher.of()
    }

  private fun between(producer: Address<Produces<Long>>): Blueprint<Transforms<Long, Long>> =
    GenStage.producerConsumer("next") {
      onEvents { events, _ -> emit(events.map { it + 1 }) }
      endsWithConsumers { consumers.isEmpty() }
      subscribeTo(producer) { maxDemand = batch }
    }

  private fun summing(
    producer: Address<out Produces<Long>>,
    number: Int,
    share: Int,
    tally: Tally,
  ): Blueprint<Consumes<Long>> =
    GenStage.consumer("sum") {
      val sum = Sum(share, tally)
      onEvents { events, _ -> if (sum.add(events)) stop(ExitReason.NORMAL) }
      subscribeTo(producer) { wants(number) }
    }

  private fun SubscriptionScope<Long>.wants(number: Int) {
    maxDemand = batch
    if (shape == Shape.PARTITION) partition(number)
  }
}

/** What one consumer counts, as many events as it is to get. */
internal class Sum(private var missing: Int, private val tally: Tally) {
  private var sum = 0L

  /** Returns true when these were the last. */
  fun add(events: List<Long>): Boolean {
    for (event in events) sum += event
    missing -= events.size
    if (missing == 0) tally.add(sum)
    return missing == 0
  }
}

private fun StageScope<*>.endsWithConsumers(allGone: () -> Boolean) = onSubscriptionEnd { end, _ ->
  if (end.peer == SubscriptionEnd.Role.CONSUMER && allGone()) stop(ExitReason.NORMAL)
}
