package io.weft.stage.graph

import io.weft.stage.Asking
import io.weft.stage.ProducerConsumerScope
import io.weft.stage.Transforms
import io.weft.term.Term
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Returns a stage that lets [events] events through in each span of [per] at most, shared by all
 * that come before it. What was not used of a span is lost.
 */
public inline fun <reified E : Any> rateLimit(events: Int, per: Duration): Through<E, E> =
  rateLimit(events, per, typeOf<E>())

/** Returns a stage that lets so many events through: the same without reified types. */
public fun <E : Any> rateLimit(events: Int, per: Duration, type: KType): Through<E, E> {
  require(events > 0) { "a rate of $events lets nothing through" }
  require(per.isPositive()) { "a rate needs some time, not $per" }
  return through("rate-limit", type, type, Taken.BY_DEFAULT) {
    RateLimiting(this, events, per).begin()
  }
}

/** Asks once in each span, and never has more on its way than a span lets through. */
private class RateLimiting<E : Any>(
  private val stage: ProducerConsumerScope<E, E, Transforms<E, E>>,
  private val events: Int,
  private val per: Duration,
) {
  /** What each producer was asked for and has not sent. */
  private val asked = HashMap<Term, Int>()
  private var first = 0

  fun begin() {
    stage.onSubscribed { _, _ -> Asking.MANUAL }
    stage.onEvents { taken, from ->
      asked.computeIfPresent(from.tag) { _, before -> before - taken.size }
      stage.emit(taken)
    }
    stage.self.next(::ask)
  }

  /** Each producer has its part of a span; one event that is left over goes round. */
  private fun ask() {
    val producers = stage.producers
    asked.keys.retainAll(producers.map { it.tag }.toSet())
    for ((i, producer) in producers.withIndex()) {
      val extra = if ((i + first) % producers.size < events % producers.size) 1 else 0
      val before = asked[producer.tag] ?: 0
      val more = events / producers.size + extra - before
      if (more > 0) {
        asked[producer.tag] = before + more
        stage.ask(producer, more.toLong())
      }
    }
    first++
    stage.self.after(per.toJavaDuration(), ::ask)
  }
}
