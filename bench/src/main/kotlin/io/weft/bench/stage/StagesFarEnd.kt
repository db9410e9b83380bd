package io.weft.bench.stage

import io.weft.bench.net.weft.BenchNode
import io.weft.bench.net.weft.FarProcess

/** The other node, with producers that never end. */
public object StagesFarEnd {
  /** Runs a node until the input ends: its name, and the port of its EPMD. */
  @JvmStatic
  public fun main(args: Array<String>) {
    BenchNode.start(args[0], args[1].toInt()).use { node ->
      Endless.start(node)
      FarProcess.readyUntilHungUp()
    }
  }
}
