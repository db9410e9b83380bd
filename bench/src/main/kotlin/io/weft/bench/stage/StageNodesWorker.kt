package io.weft.bench.stage

import io.weft.bench.net.NetRows
import io.weft.bench.net.weft.BenchNode
import io.weft.bench.net.weft.FarProcess
import java.time.Duration

/** Weft's stages as a contestant, between two nodes: the near one, which starts the far one. */
public object StageNodesWorker {
  /** For each workload; there are two JVMs to be warmed. */
  private val WARM_UP = Duration.ofSeconds(2)

  @JvmStatic
  public fun main(args: Array<String>) {
    BenchNode.start("near_stages@" + NetRows.HOST, 0).use { node ->
      val epmdPort = BenchNode.epmdPort(node)
      BenchNode.startByTcp("near_tcp@" + NetRows.HOST, epmdPort).use { byTcp ->
        val name = "far_stages@" + NetRows.HOST
        FarProcess.weft(StagesFarEnd::class.java, name, epmdPort, listOf()).use { far ->
          StageContestant.serve(
            "Weft (with -XX:+AlwaysPreTouch)",
            WARM_UP,
            StageRows.nodes { ends, events, batch ->
              val near = if (ends == StageRows.Ends.BY_TCP) byTcp else node
              BetweenNodes(near, far.node(), events, batch)
            },
          )
        }
      }
    }
  }
}
