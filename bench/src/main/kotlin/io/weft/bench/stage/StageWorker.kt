package io.weft.bench.stage

import io.weft.kotlin.localNode

/** Weft's stages as a contestant, within one node. */
public object StageWorker {
  @JvmStatic
  public fun main(args: Array<String>) {
    localNode().use { node ->
      StageContestant.serve(
        "Weft",
        StageRows.local { shape, batch ->
          if (shape == Shape.BUILDERS) Builders(node, batch) else Tables(node, shape, batch)
        },
      )
    }
  }
}
