package io.weft.stage.pipeline

import io.weft.gen.Supervisor
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.Request
import io.weft.stage.Produces
import io.weft.term.Pid
import java.util.concurrent.ConcurrentHashMap
import kotlin.time.Duration

/**
 * What came of a [drainPipeline].
 *
 * @param left events that were in flight when the time was over, and of which the source was told
 *   that they are [released][PipelineSource.released]: none if it is 0
 */
public data class Drained(val left: Int)

/**
 * Lets a pipeline of this node receive no more, go on with what is in flight, and end when all is
 * acknowledged, or when [within] is over, which may be infinite; suspends until it does. The tree,
 * of which this is the address, ends with `shutdown` after that. Asked again, it takes the shorter
 * time.
 *
 * @throws IllegalArgumentException if there is no pipeline that runs at this address
 * @throws io.weft.node.CallException if its desk ends otherwise meanwhile
 */
public suspend fun Address<Supervisor.Query>.drainPipeline(within: Duration): Drained =
  desk().call(DeskRequest.Drain(within), Duration.INFINITE)

/**
 * Returns the numbers of a pipeline of this node.
 *
 * @throws IllegalArgumentException if there is no pipeline that runs at this address
 * @throws io.weft.node.CallException if its desk does not answer
 */
public suspend fun Address<Supervisor.Query>.pipelineMetrics(): PipelineMetrics =
  desk().call(DeskRequest.Metrics)

private fun Address<Supervisor.Query>.desk(): Address<DeskRequest> {
  val life = pid()?.let { RunningPipelines.of(node()).find(it) }
  return requireNotNull(life) { "$this is no pipeline that runs on ${node().name().name()}" }.desk
}

/** What a desk can be asked from outside. */
internal sealed interface DeskRequest {
  class Drain(val within: Duration) : DeskRequest, Request<Drained>

  data object Metrics : DeskRequest, Request<PipelineMetrics>
}

/** A tree of a pipeline, from its start to its end. */
internal class TreeLife(val counts: Counts) {
  /** Whether it ended because it was done, or told to. */
  @Volatile var isDone = false

  /** That of the present line. */
  @Volatile
  lateinit var desk: Address<DeskRequest>
    private set

  @Suppress("UNCHECKED_CAST") // a desk takes requests besides
  fun found(desk: Address<out Produces<Work>>) {
    this.desk = desk as Address<DeskRequest>
  }
}

/** The pipelines that run on a node, by their outermost supervisors. */
internal class RunningPipelines private constructor() {
  private val lives = ConcurrentHashMap<Pid, TreeLife>()

  fun add(supervisor: Pid, life: TreeLife) {
    lives[supervisor] = life
  }

  fun remove(supervisor: Pid) {
    lives.remove(supervisor)
  }

  fun find(supervisor: Pid): TreeLife? = lives[supervisor]

  companion object {
    fun of(node: Node): RunningPipelines =
      node.service(RunningPipelines::class.java) { RunningPipelines() }
  }
}
