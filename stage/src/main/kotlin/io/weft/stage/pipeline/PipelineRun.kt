package io.weft.stage.pipeline

import io.weft.gen.Reply
import io.weft.gen.Supervisor
import io.weft.kotlin.actor
import io.weft.kotlin.ask
import io.weft.kotlin.awaitStart
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import kotlin.time.Duration
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
    node.awaitStart(waiting(label, tree)).ask<Waiting, Unit>(Duration.INFINITE) {
      Waiting.ForEnd(it)
    }
  } catch (cancelled: CancellationException) {
    tree.pid()?.let { node.exit(it, ExitReason.SHUTDOWN) }
    throw cancelled
  }
  if (!life.isDone) throw PipelineFailedException("$label gave up before all was done: see the log")
  return life.counts.metrics()
}

/** A pipeline ended before it was done. */
public class PipelineFailedException(message: String) : RuntimeException(message)

/** What is told to the process that waits for the end of a tree. */
private sealed interface Waiting {
  class ForEnd(val reply: Reply<Unit>) : Waiting

  data object Ended : Waiting
}

private fun waiting(label: String, tree: Address<Supervisor.Query>) =
  actor<Waiting>("$label waits") {
    monitor(tree) { Waiting.Ended }
    var ended = false
    var caller: Reply<Unit>? = null
    while (!ended || caller == null) {
      when (val message = receive()) {
        is Waiting.ForEnd -> caller = message.reply
        Waiting.Ended -> ended = true
      }
    }
    caller.send(Unit)
  }
