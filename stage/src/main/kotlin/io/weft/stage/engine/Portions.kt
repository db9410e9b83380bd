package io.weft.stage.engine

import io.weft.node.Self
import io.weft.stage.dispatch.saturatingPlus
import io.weft.stage.wire.StillWanted

/**
 * Tells the code of a producer of demand, in portions: a consumer may ask for more than can be made
 * in one go, and one on another node for anything. The rest follows when so much was emitted.
 */
internal class Portions(private val self: Self<Any>, private val callbacks: Callbacks) :
  ProducerSide.Source {
  /** What the code was told of and has not emitted yet. */
  private var open = 0L

  /** What it was not told of yet. */
  private var rest = 0L

  override suspend fun demanded(events: Long) {
    if (rest > 0) rest = rest saturatingPlus events else tell(events)
  }

  override suspend fun stillWanted() {
    val events = rest
    rest = 0
    tell(events)
  }

  private suspend fun tell(events: Long) {
    val now = minOf(events, LARGEST)
    rest = events - now
    open = open saturatingPlus now
    if (now > 0) checkNotNull(callbacks.demand)(now)
  }

  override fun emitted(events: Int) {
    open = maxOf(0, open - events)
    if (rest > 0 && open == 0L) self.address().tell(StillWanted)
  }

  private companion object {
    /** What fits into one list without ado. */
    const val LARGEST = 1_000_000L
  }
}
