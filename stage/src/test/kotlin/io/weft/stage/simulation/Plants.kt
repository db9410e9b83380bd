package io.weft.stage.simulation

import io.weft.stage.Dispatcher
import io.weft.stage.Dispatching
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import java.util.IdentityHashMap

/** What is wrong on purpose with the stages of a line: nothing here. */
internal open class Plants {
  /** Returns the dispatcher that a stage takes in place of another. */
  open fun dispatching(right: Dispatching<Long>): Dispatching<Long> = right

  /** How many events a manual consumer asks for when it has handled [taken]. */
  open fun askedAgain(taken: Int): Int = taken

  /** Whether a consumer subscribes again when a subscription has ended. */
  open val comesBack: Boolean = true

  /** What a consumer makes of a batch before it handles it. */
  open fun seen(batch: List<Long>): List<Long> = batch
}

/** A dispatcher whose messages to consumers are tampered with, one in seven of them. */
internal class BadPost(private val tamper: (List<Long>) -> List<List<Long>>) : Plants() {
  override fun dispatching(right: Dispatching<Long>): Dispatching<Long> = Dispatching { host ->
    Tampering(right.dispatcher(host))
  }

  private inner class Tampering(private val inner: Dispatcher<Long>) : Dispatcher<Long> by inner {
    private val known = IdentityHashMap<Subscriber<Long>, Subscriber<Long>>()
    private var sent = 0

    override fun subscribe(subscriber: Subscriber<Long>, options: SubscribeOptions): Long =
      inner.subscribe(known.getOrPut(subscriber) { Post(subscriber) }, options)

    override fun cancel(subscriber: Subscriber<Long>): Long =
      known.remove(subscriber)?.let { inner.cancel(it) } ?: 0

    override fun ask(subscriber: Subscriber<Long>, events: Long): Long =
      known[subscriber]?.let { inner.ask(it, events) } ?: 0

    private inner class Post(private val to: Subscriber<Long>) : Subscriber<Long> by to {
      override fun send(events: List<Long>) {
        if (++sent % 7 == 0) tamper(events).forEach(to::send) else to.send(events)
      }
    }
  }
}

/** A dispatcher that takes each wish for more than it is. */
internal object TooGenerous : Plants() {
  override fun dispatching(right: Dispatching<Long>): Dispatching<Long> = Dispatching { host ->
    val inner = right.dispatcher(host)
    object : Dispatcher<Long> by inner {
      override fun ask(subscriber: Subscriber<Long>, events: Long): Long =
        minOf(inner.ask(subscriber, events + 1), events)
    }
  }
}

/** A dispatcher that asks its producer for more than its consumers want. */
internal object TooEager : Plants() {
  override fun dispatching(right: Dispatching<Long>): Dispatching<Long> = Dispatching { host ->
    val inner = right.dispatcher(host)
    object : Dispatcher<Long> by inner {
      override fun ask(subscriber: Subscriber<Long>, events: Long): Long =
        inner.ask(subscriber, events) + events
    }
  }
}

/** A dispatcher that forgets what a consumer wanted that leaves. */
internal object Forgetful : Plants() {
  override fun dispatching(right: Dispatching<Long>): Dispatching<Long> = Dispatching { host ->
    val inner = right.dispatcher(host)
    object : Dispatcher<Long> by inner {
      override fun cancel(subscriber: Subscriber<Long>): Long = 0
    }
  }
}

internal object Greedy : Plants() {
  override fun askedAgain(taken: Int): Int = taken + 1
}

/** A consumer that asks for less than it is to, so that it is served ever slower. */
internal object Modest : Plants() {
  override fun askedAgain(taken: Int): Int = maxOf(0, taken - 1)
}

internal object StaysAway : Plants() {
  override val comesBack = false
}

/** A consumer that sees every so many batches in another order. */
internal class Confused : Plants() {
  private var batches = 0

  override fun seen(batch: List<Long>): List<Long> =
    if (++batches % 5 == 0) batch.reversed() else batch
}
