package io.weft.stage.pipeline

import io.weft.kotlin.awaitEnd
import io.weft.kotlin.awaitStart
import io.weft.node.ExitReason
import io.weft.node.Node
import kotlinx.coroutines.CancellationException

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
public suspend fun Pipeline<*>.run(node: Node): PipelineMetrics {
  lateinit var life: TreeLife
  val tree = node.awaitStart(supervisor { life = it })
  try {
    tree.awaitEnd()
  } catch (cancelled: CancellationException) {
    tree.pid()?.let { node.exit(it, ExitReason.SHUTDOWN) }
    throw cancelled
  }
  if (!life.isDone) throw PipelineFailedException("$label gave up before all was done: see the log")
  return life.counts.metrics()
}

/** A pipeline ended before it was done. */
public class PipelineFailedException(message: String) : RuntimeException(message)
