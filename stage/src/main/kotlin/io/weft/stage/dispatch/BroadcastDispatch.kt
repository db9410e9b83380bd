package io.weft.stage.dispatch

import io.weft.node.ExitReason
import io.weft.stage.Dispatcher
import io.weft.stage.DispatcherHost
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import io.weft.stage.SubscriptionRefused
import io.weft.term.Pid
import io.weft.term.Terms
import kotlin.math.max
import kotlin.math.min

/**
 * What [BroadcastDispatcher] does. What a consumer wants over what all others want too is kept as
 * the distance of its [Listener.asked] from [common], so that no ask needs to touch all of them.
 * While there is a consumer, one at least has no such distance.
 */
internal class BroadcastDispatch<E : Any>(private val host: DispatcherHost) : Dispatcher<E> {
  private val listeners = LinkedHashMap<Subscriber<E>, Listener<E>>()

  private val subscribed = HashSet<Pid>()

  private var common: Long = 0

  /** How many consumers are at [common]: they are waited for. */
  private var slowest: Int = 0

  /** How many events can be sent to all at once. */
  private var waiting: Long = 0

  /** How many events were asked of the producer and have not come. */
  private var requested: Long = 0

  override fun subscribe(subscriber: Subscriber<E>, options: SubscribeOptions): Long {
    if (subscriber.pid in subscribed) {
      host.warn("{} is already subscribed; its second subscription ends", subscriber.pid)
      throw SubscriptionRefused(ALREADY_SUBSCRIBED)
    }
    val selector = Selectors.of<E>(options.selector, subscriber, host)
    subscribed += subscriber.pid
    // What was there for all is now what the others want over the newcomer.
    common -= waiting
    if (waiting > 0) slowest = 0
    waiting = 0
    slowest++
    listeners[subscriber] = Listener(subscriber, selector, common)
    return 0
  }

  override fun cancel(subscriber: Subscriber<E>): Long {
    subscribed -= subscriber.pid
    val gone = listeners.remove(subscriber) ?: return 0
    if (listeners.isEmpty()) {
      common = 0
      slowest = 0
      waiting = 0
      return 0
    }
    if (gone.asked == common) slowest--
    return evenOut()
  }

  override fun ask(subscriber: Subscriber<E>, events: Long): Long {
    val asking = listeners[subscriber] ?: return 0
    if (asking.asked == common) slowest--
    asking.asked = asking.asked saturatingPlus events
    return evenOut()
  }

  /** Makes what everybody wants by now common; returns what of it is new. */
  private fun evenOut(): Long {
    if (slowest == 0) {
      val least = listeners.values.minOf { it.asked }
      slowest = listeners.values.count { it.asked == least }
      waiting = waiting saturatingPlus (least - common)
      common = least
    }
    val new = max(0, waiting - requested)
    requested += new
    return new
  }

  override fun dispatch(events: List<E>): List<E> {
    // What goes back has come as well: it is asked for again when all want it. (GenStage counts it
    // as still to come, and so leaves it in the buffer for ever.)
    requested = max(requested - events.size, 0)
    return offer(events)
  }

  override fun offer(events: List<E>): List<E> {
    val count = min(waiting, events.size.toLong()).toInt()
    if (count > 0) {
      waiting -= count
      val now = events.part(0, count)
      for (listener in listeners.values) {
        listener.send(now)
      }
    }
    return events.part(count, events.size)
  }

  override fun info(info: Any) {
    host.release(info)
  }

  private companion object {
    val ALREADY_SUBSCRIBED: ExitReason = ExitReason.of(Terms.atom("already_subscribed"))
  }
}

/** A consumer of all events, or of those that it has chosen. */
internal class Listener<E : Any>(
  private val subscriber: Subscriber<E>,
  private val selector: ((E) -> Boolean)?,
  var asked: Long,
) {
  fun send(events: List<E>) {
    val chosen = if (selector == null) events else events.chosenBy(selector)
    val left = events.size - chosen.size
    if (left > 0) subscriber.askAgain(left.toLong())
    subscriber.send(chosen)
  }
}

/** As `filter`, but the list itself if nothing is left out. */
private fun <E> List<E>.chosenBy(selector: (E) -> Boolean): List<E> {
  var chosen: ArrayList<E>? = null
  forEachIndexed { i, event ->
    if (selector(event)) {
      chosen?.add(event)
    } else if (chosen == null) {
      chosen = ArrayList<E>(size - 1).also { it.addAll(subList(0, i)) }
    }
  }
  return chosen ?: this
}
