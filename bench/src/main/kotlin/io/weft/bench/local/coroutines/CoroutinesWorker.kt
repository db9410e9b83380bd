package io.weft.bench.local.coroutines

import io.weft.bench.local.LocalRows
import io.weft.bench.worker.Worker
import kotlinx.coroutines.Dispatchers

/**
 * kotlinx.coroutines as a contestant: what stands for a process is a coroutine that receives from a
 * channel of its own, unlimited as a mailbox is, on [Dispatchers.Default].
 */
public object CoroutinesWorker {
  @JvmStatic
  public fun main(args: Array<String>) {
    Worker.serve(
      "kotlinx.coroutines ${version()}",
      mapOf(
        LocalRows.PING_PONG to PingPong(pairs = 1),
        LocalRows.PING_PONG_100 to PingPong(pairs = 100),
        LocalRows.FAN_IN to FanIn,
        LocalRows.RING to Ring,
        LocalRows.SPAWN to Spawn,
        LocalRows.CALL to Calls(callers = 1),
        LocalRows.CALL_30 to Calls(callers = 30),
        LocalRows.IDLE to Idle,
        LocalRows.TIMERS to TimersSet,
        LocalRows.LINK_STORM to LinkStorm,
        LocalRows.SELECTIVE_RECEIVE to SelectiveReceive,
      ),
    )
  }

  internal fun version(): String =
    Dispatchers::class
      .java
      .getResource("/META-INF/kotlinx_coroutines_core.version")
      ?.readText()
      .orEmpty()
}
