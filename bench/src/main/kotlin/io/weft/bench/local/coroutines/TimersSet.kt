package io.weft.bench.local.coroutines

import io.weft.bench.local.LocalRows
import io.weft.bench.worker.Workload
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/**
 * Delays, all of which are pending before the first is cancelled. A timer is a launched delay; it
 * is started at once, which is cheaper than by way of the dispatcher.
 */
internal object TimersSet : Workload {
  override fun run(ops: Int): Long = onDefault {
    nanos {
      List(ops) { launch(start = CoroutineStart.UNDISPATCHED) { delay(LocalRows.timerMillis(it)) } }
        .forEach { it.cancel() }
    }
  }
}
