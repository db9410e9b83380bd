package io.weft.bench.local.coroutines

import io.weft.bench.local.LocalRows.RING_SIZE
import io.weft.bench.worker.Workload
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.launch

/** A token goes round. */
internal object Ring : Workload {
  /** @property hops how many are left; when there are none it goes round once more and ends all */
  private class Token(val hops: Int)

  override fun run(ops: Int): Long = onDefault {
    val done = Job()
    val inboxes = List(RING_SIZE) { Channel<Token>(Channel.UNLIMITED) }
    inboxes.forEachIndexed { i, inbox -> member(inbox, inboxes[(i + 1) % RING_SIZE], done) }
    nanos {
      inboxes.first().send(Token(ops - 1))
      done.join()
    }
  }

  private fun CoroutineScope.member(
    inbox: ReceiveChannel<Token>,
    next: SendChannel<Token>,
    done: CompletableJob,
  ) = launch {
    for (token in inbox) {
      if (token.hops == 0) done.complete()
      if (token.hops > -RING_SIZE) next.send(Token(token.hops - 1))
      if (token.hops <= 0) break
    }
  }
}
