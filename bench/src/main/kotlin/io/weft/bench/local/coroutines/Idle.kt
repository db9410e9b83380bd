package io.weft.bench.local.coroutines

import io.weft.bench.worker.HeapScale
import io.weft.bench.worker.Workload
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch

/** Coroutines that wait for ever, each at a channel of its own. */
internal object Idle : Workload {
  override fun run(ops: Int): Long = HeapScale.weigh({ sleepers(ops) }, { it.cancel() })

  private fun sleepers(count: Int): CoroutineScope {
    val scope = CoroutineScope(Dispatchers.Default)
    repeat(count) {
      val inbox = Channel<Any>(Channel.UNLIMITED)
      scope.launch { while (true) inbox.receive() }
    }
    return scope
  }
}
