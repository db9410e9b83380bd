package io.weft.stage.io

import io.weft.node.Node
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Runs code that may block beside the carriers, and suspends until it is done. Whoever is cancelled
 * does not wait for it: what it waits for should be closed then.
 */
internal suspend fun <T> beside(node: Node, label: String, code: () -> T): T =
  suspendCancellableCoroutine { waiting ->
    node.seams().strands().start(label) { waiting.resumeWith(runCatching(code)) }
  }

/** Opens something as [beside] does; what nobody waits for any more is closed. */
internal suspend fun <T : AutoCloseable> openBeside(node: Node, label: String, open: () -> T): T =
  suspendCancellableCoroutine { waiting ->
    node.seams().strands().start(label) {
      runCatching(open)
        .onSuccess { waiting.resume(it) { _, left, _ -> closeBeside(node, label, left) } }
        .onFailure(waiting::resumeWithException)
    }
  }

/** Closes something, also while another thread reads from it, and does not wait. */
internal fun closeBeside(node: Node, label: String, what: AutoCloseable) {
  node.seams().strands().start("$label closes") {
    runCatching { what.close() } // the stage has its reason to end already
  }
}
