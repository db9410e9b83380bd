package io.weft.bench.dsl

import io.weft.bench.worker.Stopwatch
import io.weft.bench.worker.Workload
import io.weft.kotlin.actor
import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.server
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import java.util.concurrent.CountDownLatch
import kotlinx.coroutines.yield

internal sealed interface Desk {
  class Ask(val number: Int) : Desk, Request<Int>

  data object Close : Desk
}

internal val promptServer: Blueprint<Desk> =
  server("server") {
    call { ask: Desk.Ask -> ask.number }
    cast { _: Desk.Close -> stop(ExitReason.NORMAL) }
  }

internal val suspendingServer: Blueprint<Desk> =
  server("server") {
    call { ask: Desk.Ask ->
      yield()
      ask.number
    }
    cast { _: Desk.Close -> stop(ExitReason.NORMAL) }
  }

/** Straight-line actors call one server, each as soon as it has its reply. */
internal class Calls(
  private val node: Node,
  private val callers: Int,
  private val blueprint: Blueprint<Desk>,
) : Workload {
  private data object Go

  override fun run(ops: Int): Long {
    val done = CountDownLatch(callers)
    val server = node.spawn(blueprint)
    val caller =
      actor<Go>("caller") {
        receive()
        repeat(ops / callers) { check(server.call(Desk.Ask(it)) == it) }
        done.countDown()
      }
    val all = List(callers) { node.spawn(caller) }
    return Stopwatch.until(done) { all.forEach { it.tell(Go) } }.also { server.tell(Desk.Close) }
  }
}
