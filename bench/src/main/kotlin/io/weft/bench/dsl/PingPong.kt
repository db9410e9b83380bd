package io.weft.bench.dsl

import io.weft.bench.worker.Stopwatch
import io.weft.bench.worker.Workload
import io.weft.kotlin.actor
import io.weft.kotlin.cast
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import java.util.concurrent.CountDownLatch

internal class Ball(val hitBy: Address<Ball>, val hitsLeft: Int)

/** Pairs of actors hit a ball back and forth. */
internal class PingPong(
  private val node: Node,
  private val pairs: Int,
  private val player: (CountDownLatch) -> Blueprint<Ball>,
) : Workload {
  override fun run(ops: Int): Long {
    val landed = CountDownLatch(pairs)
    val player = player(landed)
    val left = List(pairs) { node.spawn(player) }
    val right = List(pairs) { node.spawn(player) }
    return Stopwatch.until(landed) {
      left.zip(right) { one, other -> one.tell(Ball(other, ops / pairs - 1)) }
    }
  }
}

internal fun tablePlayer(landed: CountDownLatch): Blueprint<Ball> =
  server("player") {
    cast { ball: Ball ->
      hit(ball, self.address(), landed)
      if (ball.hitsLeft <= 1) stop(ExitReason.NORMAL)
    }
  }

internal fun straightPlayer(landed: CountDownLatch): Blueprint<Ball> =
  actor("player") {
    do {
      val ball = receive()
      hit(ball, self.address(), landed)
    } while (ball.hitsLeft > 1)
  }

private fun hit(ball: Ball, from: Address<Ball>, landed: CountDownLatch) =
  if (ball.hitsLeft == 0) landed.countDown() else ball.hitBy.tell(Ball(from, ball.hitsLeft - 1))
