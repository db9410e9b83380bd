package io.weft.bench.dsl

import io.weft.bench.local.LocalRows
import io.weft.bench.worker.Worker
import io.weft.kotlin.localNode

/** The Kotlin DSL as a contestant: handler tables unless the row says otherwise. */
public object DslWorker {
  @JvmStatic
  public fun main(args: Array<String>) {
    localNode().use { node ->
      Worker.serve(
        "Weft's Kotlin DSL",
        mapOf(
          LocalRows.PING_PONG to PingPong(node, pairs = 1, ::tablePlayer),
          LocalRows.PING_PONG_100 to PingPong(node, pairs = 100, ::tablePlayer),
          DslRows.STRAIGHT_PING_PONG to PingPong(node, pairs = 1, ::straightPlayer),
          LocalRows.CALL to Calls(node, callers = 1, promptServer),
          LocalRows.CALL_30 to Calls(node, callers = 30, promptServer),
          DslRows.SUSPENDING_CALL to Calls(node, callers = 1, suspendingServer),
          LocalRows.SPAWN to Spawn(node),
          LocalRows.IDLE to Idle(waitingTable),
          DslRows.IDLE_STRAIGHT to Idle(waitingBody),
          DslRows.IDLE_IN_HANDLER to Idle(waitingHandler),
        ),
      )
    }
  }
}
