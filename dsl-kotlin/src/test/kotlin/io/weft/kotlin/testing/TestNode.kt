package io.weft.kotlin.testing

import io.kotest.matchers.shouldBe
import io.weft.kotlin.awaitStart
import io.weft.kotlin.localNode
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Target
import io.weft.term.Pid
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** Runs a test on a node of its own, which leaves nothing behind. */
internal suspend fun <R> withNode(node: Node = localNode(), test: suspend (Node) -> R): R =
  try {
    test(node)
  } finally {
    withContext(Dispatchers.IO) { node.close() }
    node.processCount() shouldBe 0
  }

internal val Address<*>.pid: Pid
  get() = checkNotNull(pid())

/** Completes with the reason the process ends with. When this returns, the process is watched. */
internal suspend fun Node.endOf(address: Address<*>): Deferred<ExitReason> {
  val end = CompletableDeferred<ExitReason>()
  val pid = address.pid
  awaitStart(
    server<Unit>("watcher") {
      handleCast(Unit::class) {}
      onDown {
        end.complete(it.reason())
        stop(ExitReason.NORMAL)
      }
      self.monitor(Target.ByPid(pid))
    }
  )
  return end
}
