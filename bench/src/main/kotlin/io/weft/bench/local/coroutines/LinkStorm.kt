package io.weft.bench.local.coroutines

import io.weft.bench.worker.Workload
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch

/**
 * A job is cancelled, and its children with it. Coroutines have no links; this is how one takes
 * others along, in one direction.
 */
internal object LinkStorm : Workload {
  override fun run(ops: Int): Long = onDefault {
    val started = Job()
    val hub = launch {
      repeat(ops) { launch(start = CoroutineStart.UNDISPATCHED) { awaitCancellation() } }
      started.complete()
      awaitCancellation()
    }
    started.join()
    nanos { hub.cancelAndJoin() }
  }
}
