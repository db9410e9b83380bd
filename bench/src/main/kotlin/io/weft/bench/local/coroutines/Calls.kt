package io.weft.bench.local.coroutines

import io.weft.bench.worker.Workload
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout

/**
 * Coroutines ask one coroutine, each as soon as it has its answer, which comes as a deferred value.
 * They wait no longer than a call would.
 */
internal class Calls(private val callers: Int) : Workload {
  private class Ask(val number: Int, val answer: CompletableDeferred<Int>)

  override fun run(ops: Int): Long = onDefault {
    val inbox = Channel<Ask>(Channel.UNLIMITED)
    launch { for (ask in inbox) ask.answer.complete(ask.number) }
    val took = nanos {
      List(callers) { launch { repeat(ops / callers) { call(inbox, it) } } }.joinAll()
    }
    inbox.close()
    took
  }

  private suspend fun call(server: SendChannel<Ask>, number: Int): Int {
    val answer = CompletableDeferred<Int>()
    server.send(Ask(number, answer))
    return withTimeout(TIMEOUT_MILLIS) { answer.await() }
  }

  private companion object {
    const val TIMEOUT_MILLIS = 5_000L
  }
}
