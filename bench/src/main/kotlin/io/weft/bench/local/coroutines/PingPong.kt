package io.weft.bench.local.coroutines

import io.weft.bench.worker.Workload
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch

/** Pairs of coroutines hit a ball back and forth. */
internal class PingPong(private val pairs: Int) : Workload {
  private class Ball(val hitBy: SendChannel<Ball>, val hitsLeft: Int)

  override fun run(ops: Int): Long = onDefault {
    val left = List(pairs) { Channel<Ball>(Channel.UNLIMITED) }
    val right = List(pairs) { Channel<Ball>(Channel.UNLIMITED) }
    val players = (left + right).map { player(it) }
    nanos {
      left.zip(right) { one, other -> one.send(Ball(other, ops / pairs - 1)) }
      players.joinAll()
    }
  }

  private fun CoroutineScope.player(inbox: Channel<Ball>): Job = launch {
    for (ball in inbox) {
      if (ball.hitsLeft > 0) ball.hitBy.send(Ball(inbox, ball.hitsLeft - 1))
      if (ball.hitsLeft <= 1) break
    }
  }
}
