package io.weft.stage.pipeline

import io.weft.node.Address
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Target
import io.weft.stage.Asking
import io.weft.stage.Cancel
import io.weft.stage.Produces
import io.weft.stage.Retry
import io.weft.stage.StageFrom
import io.weft.stage.SubscriptionEnd
import io.weft.stage.SubscriptionScope
import io.weft.stage.wire.Whom
import io.weft.term.Term
import kotlin.time.toJavaDuration

/**
 * Takes events from stages, each of which is asked for as many as may come: when it is subscribed
 * to again, and how much is asked for at a time.
 */
internal class Subscribed<In : Any>(
  private val scope: DeskScope<In>,
  producers: List<Address<out Produces<In>>>,
  private val manner: Manner<In>,
  private val reception: Reception<In>,
) : Intake {
  /** How stages are subscribed to. */
  class Manner<In : Any>(
    val configure: SubscriptionScope<In>.() -> Unit,
    /** How many events of each may be on their way. */
    val most: Int,
    /** How many are asked for at a time, unless none are on their way. */
    val portion: Int,
    /** When one is subscribed to again that was lost. */
    val again: Retry,
    /** Whether one that ended for this reason is not lost, but done. */
    val isDone: (ExitReason) -> Boolean,
  ) {
    companion object {
      /** Once, and for as many events as are wanted. */
      fun <In : Any> once(): Manner<In> =
        Manner({}, Int.MAX_VALUE, 1, Retry.NONE, ExitReason::isOrderly)

      /** As [producers] says, where [capacity] events may be in processors. */
      fun <In : Any> of(producers: Producers<In>, capacity: Int): Manner<In> {
        val options = producers.options
        val most = minOf(options.maxDemand, capacity)
        return Manner(
          producers.configure,
          most,
          minOf(options.maxDemand - options.minDemand, (most + 1) / 2),
          producers.again,
        ) {
          producers.hasEnd && it == ExitReason.NORMAL
        }
      }
    }
  }

  private val links = producers.map { Link(it) }

  /** Those that are subscribed. */
  private val subscriptions = HashMap<Term, Link<In>>()

  /** Those that will be when the stage comes to it, in this order. */
  private val subscribing = ArrayDeque<Link<In>>()
  private var wanted = 0
  private var failure: ExitReason? = null
  private var isOpen = false
  private var isStopped = false

  /** A producer, whoever that is at the moment. */
  private class Link<In : Any>(val producer: Address<out Produces<In>>) {
    var from: StageFrom? = null
    var asked = 0

    /** How many subscriptions have ended without an event, one after the other. */
    var failures = 0

    /** Whether nothing comes of it any more. */
    var isOver = false
  }

  init {
    scope.onSubscribed { _, from -> subscribed(from) }
    scope.onEvents { events, from ->
      subscriptions[from.tag]?.let {
        it.asked = maxOf(0, it.asked - events.size)
        it.failures = 0
      }
      reception.take(events.map { Delivery(it, Unit) })
    }
    scope.onSubscriptionEnd { end, from ->
      if (end.peer == SubscriptionEnd.Role.PRODUCER) ended(from.tag, end.reason)
    }
    links.forEach(::subscribe)
    failure?.let { throw ExitException(it) }
    isOpen = true
  }

  // --- subscriptions -----------------------------------------------------------------------------

  private fun subscribe(link: Link<In>) {
    val producer = link.present() ?: return lost(link, ExitReason.NOPROC)
    subscribing.addLast(link)
    scope.subscribeTo(producer) {
      manner.configure(this)
      cancel = Cancel.TEMPORARY
    }
  }

  /** Returns an address that will not mean nobody when it is this subscription's turn; or null. */
  private fun Link<In>.present(): Address<out Produces<In>>? {
    val node = scope.self.node()
    return when (val target = Whom.ByAddress(producer).target(node)) {
      null -> null
      is Target.ByPid -> node.address(target.pid(), producer.codec())
      is Target.ByName -> producer
    }
  }

  private fun subscribed(from: StageFrom): Asking {
    // Nobody else has a say in what it is subscribed to.
    val link = subscribing.removeFirstOrNull() ?: return Asking.MANUAL.also { cancel(from) }
    link.from = from
    link.asked = 0
    subscriptions[from.tag] = link
    scope.self.post { if (isStopped) cancel(from) else ask() }
    return Asking.MANUAL
  }

  private fun ended(tag: Term, reason: ExitReason) {
    val link = subscriptions.remove(tag) ?: return
    link.from = null
    if (isStopped || manner.isDone(reason)) link.isOver = true else lost(link, reason)
    endIfAlone()
  }

  private fun lost(link: Link<In>, reason: ExitReason) {
    val entropy = scope.self.node().seams().entropy()
    val pause = manner.again.pause(++link.failures, ExitException(reason), entropy)
    if (pause == null) {
      link.isOver = true
      failure = failure ?: reason
      return stop()
    }
    scope.self.warn("has lost {}: {}; subscribes again in {}", link.producer, reason, pause)
    scope.self.after(pause.toJavaDuration()) { if (!link.isOver) subscribe(link) }
  }

  private fun cancel(from: StageFrom) = scope.cancelSubscription(from, ExitReason.NORMAL)

  private fun endIfAlone() {
    if (isOpen && links.all { it.isOver }) reception.over(failure?.let { ExitException(it) })
  }

  // --- demand ------------------------------------------------------------------------------------

  override fun want(events: Int) {
    wanted = events
    ask()
  }

  private fun ask() {
    if (isStopped) return
    for (link in subscriptions.values) {
      val more = minOf(wanted, manner.most) - link.asked
      if (more <= 0 || link.asked > 0 && more < manner.portion) continue
      link.asked += more
      scope.ask(checkNotNull(link.from), more.toLong())
    }
  }

  // --- the end -----------------------------------------------------------------------------------

  override suspend fun acknowledged(items: List<Item>) {}

  override suspend fun failed(failures: List<Failure<Item>>) {}

  override suspend fun released(items: List<Item>) {}

  override fun stop() {
    if (isStopped) return
    isStopped = true
    for (link in links) {
      val from = link.from
      if (from != null) cancel(from) else if (link !in subscribing) link.isOver = true
    }
    endIfAlone()
  }
}
