package io.weft.bench.stage

import io.weft.bench.net.NetRows
import io.weft.bench.net.weft.BenchNode
import io.weft.bench.net.weft.FarProcess
import io.weft.bench.worker.Workload
import io.weft.node.Node
import io.weft.rpc.Erpc
import io.weft.rpc.Mfa
import io.weft.term.IntTerm
import io.weft.term.Terms
import java.nio.file.Path
import java.time.Duration

/** Weft's stages and Elixir's as a contestant: this node, and one of Elixir, which it starts. */
public object MixedStagesWorker {
  private const val FAR = "far_mixed@" + NetRows.HOST
  /** For each workload; there is one JVM to be warmed. */
  private val WARM_UP = Duration.ofSeconds(1)

  /** Told where GenStage lies. */
  @JvmStatic
  public fun main(args: Array<String>) {
    BenchNode.start("near_mixed@" + NetRows.HOST, 0).use { node ->
      Endless.start(node)
      val epmdPort = BenchNode.epmdPort(node)
      val command = ElixirStages.command(Path.of(args[0]), epmdPort, FAR, "StageWorker.far()")
      FarProcess.of(command, FAR, epmdPort).use { far ->
        StageContestant.serve(
          "Weft (with -XX:+AlwaysPreTouch)",
          WARM_UP,
          StageRows.mixed { ends, events, batch ->
            if (ends == StageRows.Ends.FROM_ELIXIR) BetweenNodes(node, far.node(), events, batch)
            else TakenByElixir(node, far.node(), events, batch)
          },
        )
      }
    }
  }
}

/** A consumer of the far node takes events of the producer here; that node has the clock. */
private class TakenByElixir(
  private val node: Node,
  private val far: String,
  private val events: StageRows.Events,
  private val batch: Int,
) : Workload {
  override fun run(ops: Int): Long {
    val take =
      Mfa.of(
        "Elixir.StageWorker",
        "take",
        Terms.atom(events.producer()),
        node.name(),
        Terms.integer(batch.toLong()),
        Terms.integer(ops.toLong()),
      )
    return (Erpc.call(node, far, take, MOST) as IntTerm).value
  }

  private companion object {
    val MOST: Duration = Duration.ofMinutes(5)
  }
}
