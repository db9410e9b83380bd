package io.weft.bench.dsl

import io.weft.bench.local.LocalRows
import io.weft.bench.worker.Stopwatch
import io.weft.bench.worker.Workload
import io.weft.kotlin.cast
import io.weft.kotlin.server
import io.weft.node.ExitReason
import io.weft.node.Node
import java.util.concurrent.CountDownLatch

/** Servers are spawned by one, get one message each and end. */
internal class Spawn(private val node: Node) : Workload {
  private data object Go

  override fun run(ops: Int): Long {
    val ended = CountDownLatch(ops)
    val child =
      server<Go>("child") {
        cast { _: Go ->
          ended.countDown()
          stop(ExitReason.NORMAL)
        }
      }
    val parent =
      server<Go>("parent") {
        var left = ops
        cast { go: Go ->
          repeat(minOf(left, LocalRows.BATCH)) { self.spawn(child).tell(go) }
          left -= LocalRows.BATCH
          if (left > 0) self.address().tell(go) else stop(ExitReason.NORMAL)
        }
      }
    val spawning = node.spawn(parent)
    return Stopwatch.until(ended) { spawning.tell(Go) }
  }
}
