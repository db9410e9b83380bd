package io.weft.bench.stage.flow

import io.weft.bench.local.coroutines.nanos
import io.weft.bench.local.coroutines.onDefault
import io.weft.bench.stage.Shape
import io.weft.bench.stage.StageRows
import io.weft.bench.worker.Workload
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.consumeAsFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take

/** One collector. */
internal class Line(private val shape: Shape, private val batch: Int) : Workload {
  override fun run(ops: Int): Long = onDefault {
    val numbers = flow { for (number in 0L until ops) emit(number) }.buffer(batch)
    val events = if (shape.isLong) numbers.map { it + 1 }.buffer(batch) else numbers
    var sum = 0L
    nanos { sum = events.sum() }.also { shape.check(ops, sum) }
  }
}

/** All collect a shared flow, whose buffer waits for the slowest. */
internal class Shared(private val batch: Int) : Workload {
  override fun run(ops: Int): Long = onDefault {
    val shared = MutableSharedFlow<Long>(extraBufferCapacity = batch)
    val sums = List(StageRows.CONSUMERS) { async { shared.take(ops).sum() } }
    shared.subscriptionCount.first { it == sums.size }
    var sum = 0L
    nanos {
      for (number in 0L until ops) shared.emit(number)
      sum = sums.total()
    }
      .also { Shape.BROADCAST.check(ops, sum) }
  }
}

/** Flow has no partitions: a channel for each stands in for them. */
internal class Partitioned(private val batch: Int) : Workload {
  override fun run(ops: Int): Long = onDefault {
    val partitions = List(StageRows.CONSUMERS) { Channel<Long>(batch) }
    val sums = partitions.map { async { it.consumeAsFlow().sum() } }
    var sum = 0L
    nanos {
      for (number in 0L until ops) {
        partitions[(number % StageRows.CONSUMERS).toInt()].send(number)
      }
      partitions.forEach { it.close() }
      sum = sums.total()
    }
      .also { Shape.PARTITION.check(ops, sum) }
  }
}

private suspend fun Flow<Long>.sum(): Long {
  var sum = 0L
  collect { sum += it }
  return sum
}

private suspend fun List<Deferred<Long>>.total(): Long = awaitAll().sum()
