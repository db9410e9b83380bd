package io.weft.stage.dispatch

import io.weft.runtime.Entropy
import io.weft.stage.Subscriber

/** A consumer, and how much it wants; linked into a [WantingOrder]. */
internal class Wanting<E : Any>(val subscriber: Subscriber<E>) {
  var demand: Long = 0
  var before: Wanting<E>? = null
  var after: Wanting<E>? = null
}

/**
 * Consumers by what they want, most first; one whose demand has changed comes after those that want
 * as many.
 *
 * @param sorted whether it always is in that order: not one that is shuffled, in which who falls
 *   must be put before the first that wants less, not after the last that wants more
 */
internal class WantingOrder<E : Any>(private val sorted: Boolean) {
  var first: Wanting<E>? = null
    private set

  private var last: Wanting<E>? = null

  fun append(newcomer: Wanting<E>) {
    insert(newcomer, null)
  }

  /** Puts one into its place that wants more than before: as a rule near the beginning. */
  fun rise(one: Wanting<E>) {
    val before = one.before
    if (sorted && (before == null || before.demand >= one.demand) && isInPlace(one)) return
    remove(one)
    var next = first
    while (next != null && next.demand >= one.demand) next = next.after
    insert(one, next)
  }

  /** Whether nobody after it wants as many. */
  private fun isInPlace(one: Wanting<E>): Boolean {
    val after = one.after
    return after == null || after.demand < one.demand
  }

  /** Puts one into its place that wants less than before: as a rule near the end. */
  fun fall(one: Wanting<E>) {
    if (sorted) {
      if (isInPlace(one)) return
      remove(one)
      var before = last
      while (before != null && before.demand < one.demand) before = before.before
      insert(one, if (before == null) first else before.after)
    } else {
      rise(one)
    }
  }

  fun remove(one: Wanting<E>) {
    val before = one.before
    val after = one.after
    if (before == null) first = after else before.after = after
    if (after == null) last = before else after.before = before
    one.before = null
    one.after = null
  }

  private fun insert(one: Wanting<E>, after: Wanting<E>?) {
    val before = if (after == null) last else after.before
    one.before = before
    one.after = after
    if (before == null) first = one else before.after = one
    if (after == null) last = one else after.before = one
  }

  fun shuffle(entropy: Entropy) {
    val all = generateSequence(first) { it.after }.toMutableList()
    for (i in all.lastIndex downTo 1) {
      val j = Math.floorMod(entropy.nextLong(), i + 1)
      all[i] = all.set(j, all[i])
    }
    first = null
    last = null
    for (one in all) {
      append(one)
    }
  }
}
