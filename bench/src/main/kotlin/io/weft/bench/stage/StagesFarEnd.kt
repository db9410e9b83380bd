package io.weft.bench.stage

import io.weft.bench.net.weft.BenchNode
import io.weft.bench.net.weft.FarProcess
import io.weft.stage.gen.GenStage

/** The other node, with a producer that never ends. */
public object StagesFarEnd {
  /** Runs a node until the input ends: its name, and the port of its EPMD. */
  @JvmStatic
  public fun main(args: Array<String>) {
    BenchNode.start(args[0], args[1].toInt()).use { node ->
      node.start(
        GenStage.producer<Long>(StageRows.NUMBERS) {
            var next = 0L
            onDemand { wanted -> emit(List(wanted.toInt()) { next++ }) }
          }
          .named(StageRows.NUMBERS)
      )
      FarProcess.readyUntilHungUp()
    }
  }
}
