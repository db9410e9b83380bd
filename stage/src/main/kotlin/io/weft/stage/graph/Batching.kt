package io.weft.stage.graph

import io.weft.runtime.Timers
import io.weft.stage.ProducerConsumerScope
import io.weft.stage.Transforms
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Returns a stage that makes lists of events: of [size] events each, or of fewer, one at least,
 * when that takes longer than [within] from the first of them on, or when no more come.
 */
public inline fun <reified E : Any> batches(size: Int, within: Duration): Through<E, List<E>> =
  batches(size, within, typeOf<E>(), typeOf<List<E>>())

/** Returns a stage that makes lists of events: the same without reified types. */
public fun <E : Any> batches(
  size: Int,
  within: Duration,
  event: KType,
  batch: KType,
): Through<E, List<E>> {
  require(size > 0) { "a batch has one event at least, not $size" }
  require(within.isPositive()) { "a batch needs some time, not $within" }
  // All of a batch may be on its way: a stage that waits for the rest of one has asked for it.
  val taken = Taken.BY_DEFAULT.between(0, size)
  return throughUntil("batches", event, batch, taken) { Batching(this, size, within).begin() }
}

/** The batch that is being filled. */
private class Batching<E : Any>(
  private val stage: ProducerConsumerScope<E, List<E>, Transforms<E, List<E>>>,
  private val size: Int,
  private val within: Duration,
) {
  private var batch = ArrayList<E>(size)
  private var timer: Timers.Timer? = null

  fun begin() {
    stage.onEvents { events, _ -> events.forEach(::add) }
    stage.completesWithProducers(::flush)
  }

  private fun add(event: E) {
    if (batch.isEmpty()) timer = stage.self.after(within.toJavaDuration(), ::flush)
    batch.add(event)
    if (batch.size == size) flush()
  }

  private fun flush() {
    timer?.cancel()
    if (batch.isEmpty()) return
    val full = batch
    batch = ArrayList(size)
    stage.emit(listOf(full))
  }
}
