package io.weft.stage.dispatch

import io.weft.stage.Dispatcher
import io.weft.stage.DispatcherHost
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import kotlin.math.max
import kotlin.math.min

/** What [DemandDispatcher] does. */
internal class DemandDispatch<E : Any>(
  private val host: DispatcherHost,
  maxDemand: Int?,
  private var toBeShuffled: Boolean,
) : Dispatcher<E> {
  private val wanting = HashMap<Subscriber<E>, Wanting<E>>()
  private val order = WantingOrder<E>(sorted = !toBeShuffled)

  /** 0 as long as nobody has asked. */
  private var maxDemand: Long = maxDemand?.toLong() ?: 0L

  /** Asked of the producer by consumers that have left since. */
  private var pending: Long = 0

  override fun subscribe(subscriber: Subscriber<E>, options: SubscribeOptions): Long {
    val newcomer = Wanting(subscriber)
    wanting[subscriber] = newcomer
    order.append(newcomer)
    return 0
  }

  override fun cancel(subscriber: Subscriber<E>): Long {
    val gone = wanting.remove(subscriber) ?: return 0
    order.remove(gone)
    pending = pending saturatingPlus gone.demand
    return 0
  }

  override fun ask(subscriber: Subscriber<E>, events: Long): Long {
    val asking = wanting[subscriber] ?: return 0
    if (maxDemand == 0L) maxDemand = events
    if (events > maxDemand) warnOfGreed(subscriber, events)
    asking.demand = asking.demand saturatingPlus events
    order.rise(asking)
    val alreadyAsked = min(pending, events)
    pending -= alreadyAsked
    return events - alreadyAsked
  }

  private fun warnOfGreed(subscriber: Subscriber<E>, events: Long) {
    host.warn(
      "the DemandDispatcher expects a maximum demand of {}, but {} asked for {} events: " +
        "consumers with different maximum demands take each other's work",
      maxDemand,
      subscriber.pid,
      events,
    )
  }

  override fun dispatch(events: List<E>): List<E> {
    val sent = send(events)
    pending = max(pending - (events.size - sent), 0)
    return events.part(sent, events.size)
  }

  override fun offer(events: List<E>): List<E> {
    val sent = send(events)
    pending = pending saturatingPlus sent.toLong()
    return events.part(sent, events.size)
  }

  /** Returns how many somebody wanted. */
  private fun send(events: List<E>): Int {
    if (toBeShuffled) {
      toBeShuffled = false
      order.shuffle(host.entropy)
    }
    val total = events.size
    var sent = 0
    while (sent < total) {
      val next = order.first ?: break
      if (next.demand == 0L) break
      val share = min(next.demand, (total - sent).toLong()).toInt()
      next.demand -= share
      order.fall(next)
      next.subscriber.send(events.part(sent, sent + share))
      sent += share
    }
    return sent
  }

  override fun info(info: Any) {
    host.release(info)
  }
}
