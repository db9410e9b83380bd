package io.weft.stage.pipeline

/**
 * How far everything is done, though some overtake others: the one home of that rule.
 *
 * @param R places, in the order in which they are added
 */
internal class Watermark<R : Any> {
  private val open = ArrayDeque<Mark<R>>()

  /** One place, and whether all that belongs to it is done. */
  class Mark<R : Any>(val place: R) {
    var isPassed = false
  }

  /** Adds the next place. */
  fun add(place: R): Mark<R> = Mark(place).also(open::addLast)

  /** These are done; returns the last place up to which all are, if that is a new one. */
  fun pass(marks: List<Mark<R>>): R? {
    for (mark in marks) mark.isPassed = true
    var low: R? = null
    while (open.firstOrNull()?.isPassed == true) low = open.removeFirst().place
    return low
  }
}
