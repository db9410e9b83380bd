package io.weft.bench.local.coroutines

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking

/** Runs a workload where its coroutines run; the calling thread only waits. */
internal fun onDefault(workload: suspend CoroutineScope.() -> Long): Long =
  runBlocking(Dispatchers.Default, workload)

internal inline fun nanos(work: () -> Unit): Long {
  val before = System.nanoTime()
  work()
  return System.nanoTime() - before
}
