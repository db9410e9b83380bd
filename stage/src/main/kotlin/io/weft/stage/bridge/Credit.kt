package io.weft.stage.bridge

import io.weft.stage.SubscribeOptions
import io.weft.stage.dispatch.saturatingPlus
import io.weft.term.Term

/**
 * What of the demand of a subscriber is asked of producers, and when: the one home of that rule.
 *
 * A producer is never asked for more than the subscriber wants, nor for more than [window] events
 * less those the subscriber is busy with: so a request without bound is asked in portions. Of
 * several producers each may be asked for all that is wanted; what then comes too many waits.
 *
 * Belongs to the turns of one process.
 */
internal class Credit(options: SubscribeOptions) {
  private val window = options.maxDemand
  private val low = options.minDemand

  /** What each producer was asked for and has not sent. */
  private val asked = LinkedHashMap<Term, Int>()

  /** What the subscriber wants beyond all that was given to it. */
  private var wanted = 0L

  /** What was given to the subscriber and is not done with. */
  private var busy = 0

  /** Whether there is no producer any more. */
  val isAlone: Boolean
    get() = asked.isEmpty()

  fun producerCame(tag: Term) {
    asked[tag] = 0
  }

  fun producerWent(tag: Term) {
    asked.remove(tag)
  }

  fun wants(events: Long) {
    wanted = wanted saturatingPlus events
  }

  fun came(tag: Term, events: Int) {
    asked.computeIfPresent(tag) { _, before -> maxOf(0, before - events) }
  }

  /** Returns how many of the [waiting] events the subscriber gets now. */
  fun give(waiting: Int): Int {
    val count = minOf(wanted, waiting.toLong()).toInt()
    wanted -= count
    busy += count
    return count
  }

  fun done(events: Int) {
    busy -= events
  }

  /** Tells [ask] whom to ask for how many, when [waiting] events are here for the subscriber. */
  fun ask(waiting: Int, ask: (Term, Int) -> Unit) {
    val here = busy + waiting
    for (entry in asked) {
      val missing = wanted - waiting - entry.value
      val more = minOf(missing, window.toLong() - entry.value - here).toInt()
      if (more > 0 && (more.toLong() == missing || entry.value + here <= low)) {
        entry.setValue(entry.value + more)
        ask(entry.key, more)
      }
    }
  }
}
