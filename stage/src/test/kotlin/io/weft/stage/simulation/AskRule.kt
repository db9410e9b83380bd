package io.weft.stage.simulation

/** A batch that a consumer is to see, and what it is to ask for when it has handled it. */
internal data class Portion(val events: Int, val ask: Int)

/** In what batches a consumer sees the events of a message, and what it asks for after each. */
internal fun interface AskRule {
  fun message(events: Int): List<Portion>

  companion object {
    /** Events as they were sent, and as many asked for again: what manual consumers do here. */
    val MANUAL = AskRule { events -> listOf(Portion(events, events)) }
  }
}

/** The rule of section 5.1 as it is written there, step by step. */
internal class AutomaticRule(private val max: Int, private val min: Int) : AskRule {
  private var pending = max

  override fun message(events: Int): List<Portion> {
    val portions = ArrayList<Portion>()
    var old = pending
    var new = pending
    var remaining = events
    while (remaining > 0) {
      val batch = if (remaining < max - min) remaining else max - min
      remaining -= batch
      var counted = batch
      if (counted > old) counted = old
      old -= counted
      val left = new - counted
      if (left <= min) {
        portions += Portion(batch, max - left)
        new = max
      } else {
        portions += Portion(batch, 0)
        new = left
      }
    }
    pending = new
    return portions
  }
}
