package io.weft.stage.stream

import kotlin.coroutines.cancellation.CancellationException
import kotlin.coroutines.coroutineContext
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.channels.getOrElse
import kotlinx.coroutines.ensureActive

/**
 * Where a stage gives events to one who takes them elsewhere, a list at a time: the one home of the
 * rule that a list is done with when its taker comes for the next. So a handler that waits in
 * [pass] asks for more no sooner than that.
 */
internal class Turnstile<E : Any> {
  private val lists = Channel<List<E>>(Channel.RENDEZVOUS)

  // --- the stage ---------------------------------------------------------------------------------

  /** Suspends until the taker is done with [events]; returns false if there is none any more. */
  suspend fun pass(events: List<E>): Boolean =
    try {
      lists.send(events)
      lists.send(DONE_WITH_IT)
      true
    } catch (_: CancellationException) {
      coroutineContext.ensureActive()
      false
    }

  /** Nothing more comes, because of [failure] if there is one. The first that is told counts. */
  fun end(failure: Throwable?) {
    lists.close(failure)
  }

  // --- the taker ---------------------------------------------------------------------------------

  /** Takes the next events; returns null at the end, and throws the failure if that is the end. */
  suspend fun next(): List<E>? {
    while (true) {
      val list =
        lists.receiveCatching().getOrElse { failure -> failure?.let { throw it } ?: return null }
      if (list !== DONE_WITH_IT) return list
    }
  }

  /** The taker wants no more. Any thread. */
  fun leave() {
    (lists as ReceiveChannel<*>).cancel()
  }

  private companion object {
    /** Is taken when the taker has come back. */
    val DONE_WITH_IT = ArrayList<Nothing>(0)
  }
}
