package io.weft.stage.engine

/**
 * When a consumer asks again, and in what portions it takes events: the one home of that rule.
 *
 * A batch is what lies between the most that is wanted and the least: as soon as no more than [min]
 * events are left on their way, the consumer asks for as many as there may be. Of a message with
 * more events than were asked for the rest is taken as well, and counted as [excess].
 */
internal class ConsumerDemand(private val max: Int, private val min: Int) {
  /** How many events were asked for and are not taken yet. */
  var pending: Int = max
    private set

  private var expected = 0

  /** How many events of the last batch nobody had asked for. */
  var excess: Int = 0
    private set

  /** How many to ask for when the last batch is handled. */
  var askNow: Int = 0
    private set

  /** Begins to take the events of a message. */
  fun begin() {
    expected = pending
  }

  /** Takes the next batch of the [remaining] events of a message; returns its size. */
  fun take(remaining: Int): Int {
    val batch = minOf(remaining, max - min)
    excess = maxOf(0, batch - expected)
    val counted = batch - excess
    expected -= counted
    val left = pending - counted
    if (left <= min) {
      askNow = max - left
      pending = max
    } else {
      askNow = 0
      pending = left
    }
    return batch
  }
}
