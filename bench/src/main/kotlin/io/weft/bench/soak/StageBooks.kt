package io.weft.bench.soak

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.LongAdder

/** What stages of both nodes count, and what they saw that must not be. Any thread. */
internal class StageBooks {
  val subscriptions = LongAdder()
  val taken = LongAdder()

  /** How many events buffers have dropped, as they told, and how often they told. */
  val dropped = LongAdder()
  val drops = LongAdder()

  /** How many consumers each producer has. */
  val consumers = ConcurrentHashMap<String, Int>()

  private val violations = ConcurrentLinkedQueue<String>()

  /** Keeps the first of them. */
  fun violation(what: String) {
    if (violations.size < MOST_VIOLATIONS) violations += what
  }

  fun violations(): List<String> = violations.toList()

  private companion object {
    const val MOST_VIOLATIONS = 20
  }
}
