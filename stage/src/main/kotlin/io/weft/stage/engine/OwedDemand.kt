package io.weft.stage.engine

import io.weft.stage.StageFrom

/**
 * How many children run for one subscription, and when their supervisor asks for more: not by the
 * rule of [ConsumerDemand], but when [min] of them have finished.
 */
internal class OwedDemand(val from: StageFrom, private val max: Int, private val min: Int) {
  /** How many events are being worked on. */
  var running = 0
    private set

  private var owed = 0

  /** How many events of the last message nobody had asked for. */
  var excess = 0
    private set

  /**
   * Takes note of [events] that came, and of as many [finished]; returns how many to ask for now.
   */
  fun note(events: Int, finished: Int): Int {
    excess = maxOf(0, running + events - max)
    running += events - finished
    owed += finished
    if (owed < min) return 0
    return owed.also { owed = 0 }
  }
}
