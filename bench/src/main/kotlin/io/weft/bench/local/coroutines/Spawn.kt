package io.weft.bench.local.coroutines

import io.weft.bench.local.LocalRows
import io.weft.bench.worker.Workload
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** One coroutine launches all, each with a channel; each gets a message and ends. */
internal object Spawn : Workload {
  private object Go

  override fun run(ops: Int): Long = onDefault {
    nanos {
      coroutineScope {
        for (i in 1..ops) {
          val inbox = Channel<Go>(Channel.UNLIMITED)
          launch { inbox.receive() }
          inbox.send(Go)
          if (i % LocalRows.BATCH == 0) yield()
        }
      }
    }
  }
}
