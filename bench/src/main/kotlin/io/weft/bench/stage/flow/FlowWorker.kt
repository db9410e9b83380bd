package io.weft.bench.stage.flow

import io.weft.bench.local.coroutines.CoroutinesWorker
import io.weft.bench.stage.Shape
import io.weft.bench.stage.StageContestant
import io.weft.bench.stage.StageRows
import kotlinx.coroutines.Dispatchers

/**
 * Flow as a contestant, with a buffer between stages, so that each is a coroutine of its own on
 * [Dispatchers.Default].
 */
public object FlowWorker {
  @JvmStatic
  public fun main(args: Array<String>) {
    StageContestant.serve(
      "kotlinx.coroutines ${CoroutinesWorker.version()}",
      StageRows.local { shape, batch ->
        when (shape) {
          Shape.BROADCAST -> Shared(batch)
          Shape.PARTITION -> Partitioned(batch)
          else -> Line(shape, batch)
        }
      },
    )
  }
}
