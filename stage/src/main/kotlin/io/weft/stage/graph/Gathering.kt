package io.weft.stage.graph

import io.weft.stage.Dispatcher
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber

/**
 * Holds demand and infos back until [wanted] consumers have subscribed: so that a stage is not done
 * before the last of them has come. After that it is but another dispatcher.
 */
internal class Gathering<E : Any>(private val inner: Dispatcher<E>, private val wanted: Int) :
  Dispatcher<E> {
  /** Those who have come, and what they have asked for; of no use when all are there. */
  private val present = LinkedHashMap<Subscriber<E>, Long>()
  private val infos = ArrayList<Any>()
  private var isOver = false

  override fun subscribe(subscriber: Subscriber<E>, options: SubscribeOptions): Long {
    val demand = inner.subscribe(subscriber, options)
    if (isOver) return demand
    present[subscriber] = 0
    isOver = present.size == wanted
    return if (isOver) demand + askAll() else demand
  }

  private fun askAll(): Long {
    var demand = 0L
    for ((consumer, events) in present) if (events > 0) demand += inner.ask(consumer, events)
    present.clear()
    infos.forEach(inner::info)
    infos.clear()
    return demand
  }

  override fun ask(subscriber: Subscriber<E>, events: Long): Long {
    if (isOver) return inner.ask(subscriber, events)
    present.merge(subscriber, events, Long::plus)
    return 0
  }

  override fun cancel(subscriber: Subscriber<E>): Long {
    present.remove(subscriber)
    return inner.cancel(subscriber)
  }

  override fun dispatch(events: List<E>): List<E> = inner.dispatch(events)

  override fun offer(events: List<E>): List<E> = inner.offer(events)

  override fun info(info: Any) {
    if (isOver) inner.info(info) else infos.add(info)
  }
}
