package io.weft.stage.engine

import io.weft.node.Self
import io.weft.stage.wire.Ask
import io.weft.term.Term
import java.time.Duration

/**
 * What was asked for a subscription that is not known. A consumer of Ergo, whose messages overtake
 * each other as long as several handlers serve its connection, may only be about to subscribe: who
 * asks from another node is given a moment before it is refused.
 */
internal class EarlyAsks(private val self: Self<Any>, private val refuse: (Ask) -> Unit) {
  private val waiting = HashMap<Term, ArrayList<Ask>>()

  /** How many asks wait. */
  private var count = 0

  /** Keeps what was asked for a moment, and refuses it then; at once if nothing can be late. */
  fun add(ask: Ask) {
    if (ask.consumer.node() == self.pid().node() || count == MOST) return refuse(ask)
    count++
    val asks = waiting[ask.tag] ?: ArrayList<Ask>(1).also { expect(ask.tag, it) }
    asks += ask
  }

  private fun expect(tag: Term, asks: ArrayList<Ask>) {
    waiting[tag] = asks
    self.after(PATIENCE) {
      if (waiting.remove(tag, asks)) {
        count -= asks.size
        refuse(asks.first())
      }
    }
  }

  /** Returns what was asked for a subscription before it came. */
  fun take(tag: Term): List<Ask> = waiting.remove(tag)?.also { count -= it.size } ?: emptyList()

  private companion object {
    val PATIENCE: Duration = Duration.ofMillis(20)

    /** More are answered at once: they may come from anywhere. */
    const val MOST = 1000
  }
}
