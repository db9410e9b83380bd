package io.weft.bench.local.coroutines

import io.weft.bench.local.LocalRows
import io.weft.bench.worker.Workload
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** Many send to one as fast as they can. */
internal object FanIn : Workload {
  private class Item(val number: Int)

  override fun run(ops: Int): Long = onDefault {
    val inbox = Channel<Item>(Channel.UNLIMITED)
    val each = ops / LocalRows.SENDERS
    nanos {
      repeat(LocalRows.SENDERS) { launch { sendTo(inbox, each) } }
      repeat(each * LocalRows.SENDERS) { inbox.receive() }
    }
  }

  private suspend fun sendTo(receiver: SendChannel<Item>, count: Int) {
    for (i in 1..count) {
      receiver.send(Item(i))
      if (i % LocalRows.BATCH == 0) yield()
    }
  }
}
