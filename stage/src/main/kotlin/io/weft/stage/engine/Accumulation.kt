package io.weft.stage.engine

/**
 * What a producer keeps back while its demand is accumulated, in the order in which it is to
 * happen.
 *
 * Events that were in the buffer before are older than all of it. They stay there; what is noted is
 * how many of them are wanted.
 */
internal class Accumulation {
  sealed interface Entry

  /** So many events more are wanted. */
  class Demand(val events: Long) : Entry

  class Emitted(val events: List<Any>) : Entry

  /** A message that stands behind the events before it. */
  class Info(val message: Any) : Entry

  private val list = ArrayDeque<Entry>()
  private var hasEvents = false

  /** How many events of the buffer are wanted. */
  var ofBuffer = 0L
    private set

  /** Takes the first of what is still to happen, or null. */
  fun next(): Entry? = list.removeFirstOrNull()

  /**
   * @param free how many events may be taken from the buffer, if more than are demanded
   * @param buffered how many it has
   */
  fun demand(events: Long, free: Long, buffered: Int) {
    val there = minOf(maxOf(events, free), buffered - ofBuffer)
    ofBuffer += there
    if (events > there) add(events - there)
  }

  /**
   * Each demand is one of its own, until there are so many that a consumer could fill the memory
   * with them.
   */
  private fun add(events: Long) {
    val last = if (list.size < MOST_ENTRIES) null else list.last() as? Demand
    if (last == null) list.add(Demand(events))
    else list[list.lastIndex] = Demand(last.events + events)
  }

  fun emitted(events: List<Any>) {
    hasEvents = true
    list.add(Emitted(events))
  }

  /** Returns false if there is no event that the message would stand behind. */
  fun info(message: Any): Boolean {
    if (hasEvents) list.add(Info(message))
    return hasEvents
  }

  private companion object {
    const val MOST_ENTRIES = 10_000
  }
}
