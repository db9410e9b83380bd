package io.weft.bench.dsl

import io.weft.bench.worker.HeapScale
import io.weft.bench.worker.Workload
import io.weft.kotlin.actor
import io.weft.kotlin.cast
import io.weft.kotlin.localNode
import io.weft.kotlin.server
import io.weft.node.Blueprint
import io.weft.node.Node
import kotlinx.coroutines.awaitCancellation

internal data object Wake

internal val waitingTable: Blueprint<Wake> = server("sleeper") { cast { _: Wake -> } }

internal val waitingBody: Blueprint<Wake> = actor("sleeper") { receive() }

internal val waitingHandler: Blueprint<Wake> =
  server("sleeper") { cast { _: Wake -> awaitCancellation() } }

/** Actors that wait for ever, on a node that goes with them. */
internal class Idle(private val sleeper: Blueprint<Wake>) : Workload {
  override fun run(ops: Int): Long = HeapScale.weigh({ sleepers(ops) }, Node::close)

  private fun sleepers(count: Int): Node =
    localNode().also { node ->
      repeat(count) { node.spawn(sleeper).let { if (sleeper === waitingHandler) it.tell(Wake) } }
    }
}
