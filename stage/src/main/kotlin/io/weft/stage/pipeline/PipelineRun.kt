package io.weft.stage.pipeline

import io.weft.gen.Supervisor
import io.weft.kotlin.awaitEnd
import io.weft.kotlin.awaitStart
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node

/**
 * Starts a pipeline on [node] and suspends until it has ended: for a program that is done when its
 * events are.
 *
 * Cancelled, it tells the pipeline to stop, which drains first, and does not wait for that.
 *
 * @return its numbers at the end: all that was received is acknowledged or has failed for good,
 *   except what was [released][PipelineSource.released] when it was told to stop
 * @throws PipelineFailedException if it gave up: its stages, or its source, failed too often
 * @throws io.weft.node.StartException if it did not start: its source could not be opened, for one
 */
public suspend fun Pipeline<*>.run(node: Node): PipelineMetrics = run(node) {}

/**
 * The same; [running] is given the tree as soon as it has started, to [drain][drainPipeline] it or
 * to look at its [numbers][pipelineMetrics] meanwhile. What it throws ends the pipeline.
 */
public suspend fun Pipeline<*>.run(
  node: Node,
  running: (Address<Supervisor.Query>) -> Unit,
): PipelineMetrics {
  lateinit var life: TreeLife
  val tree = node.awaitStart(supervisor { life = it })
  try {
    running(tree)
    tree.awaitEnd()
  } catch (given: Throwable) { // that this is cancelled, as a rule
    tree.pid()?.let { node.exit(it, ExitReason.SHUTDOWN) }
    throw given
  }
  if (!life.isDone) throw PipelineFailedException("$label gave up before all was done: see the log")
  return life.counts.metrics()
}

/** A pipeline ended before it was done. */
public class PipelineFailedException(message: String) : RuntimeException(message)
