package io.weft.bench.soak

import io.weft.stage.Dispatcher
import io.weft.stage.Dispatching
import io.weft.stage.SubscribeOptions
import io.weft.stage.Subscriber
import java.util.IdentityHashMap

/** Brings events to their consumers: as it should, but for tests of the checks. */
internal fun interface ItemPost {
  fun carry(items: List<Item>, to: Subscriber<Item>)

  companion object {
    /** Brings each message once. */
    @JvmField val RELIABLE = ItemPost { items, to -> to.send(items) }
  }
}

/**
 * Numbers the events of each subscription as the dispatcher gives them away, so that its consumer
 * sees whether one is missing; and watches that no more are on their way than there may be.
 */
internal class Numbering(
  private val inner: Dispatcher<Item>,
  private val books: StageBooks,
  private val post: ItemPost,
) : Dispatcher<Item> {
  private val known = IdentityHashMap<Subscriber<Item>, Numbered>()

  /** How many events it has taken from its producer. */
  var sent = 0L
    private set

  override fun subscribe(subscriber: Subscriber<Item>, options: SubscribeOptions): Long {
    val numbered = Numbered(subscriber, options.maxDemand)
    known[subscriber] = numbered
    return inner.subscribe(numbered, options)
  }

  override fun cancel(subscriber: Subscriber<Item>): Long =
    known.remove(subscriber)?.let { inner.cancel(it) } ?: 0

  override fun ask(subscriber: Subscriber<Item>, events: Long): Long {
    val numbered = known[subscriber] ?: return 0
    numbered.asks(events)
    return inner.ask(numbered, events)
  }

  override fun dispatch(events: List<Item>): List<Item> = noted(events, inner.dispatch(events))

  override fun offer(events: List<Item>): List<Item> = noted(events, inner.offer(events))

  private fun noted(events: List<Item>, left: List<Item>): List<Item> {
    sent += events.size - left.size
    return left
  }

  override fun info(info: Any) = inner.info(info)

  private inner class Numbered(private val to: Subscriber<Item>, private val max: Int) :
    Subscriber<Item> by to {
    private var next = 0L
    private var asked = 0L
    private var leftOut = 0L

    fun asks(events: Long) {
      asked += events
      if (asked - leftOut - next > max) {
        books.violation("${asked - leftOut - next} events are wanted of at most $max by $pid")
      }
    }

    override fun askAgain(events: Long) {
      leftOut += events
      to.askAgain(events)
    }

    override fun send(events: List<Item>) {
      post.carry(events.map { Item(next++, it.number) }, to)
      if (next + leftOut > asked) books.violation("$pid was sent ${next + leftOut}, of $asked")
    }
  }

  companion object {
    /** @param made gets each that is made */
    fun of(
      dispatching: Dispatching<Item>,
      books: StageBooks,
      post: ItemPost,
      made: (Numbering) -> Unit,
    ): Dispatching<Item> = Dispatching { host ->
      Numbering(dispatching.dispatcher(host), books, post).also(made)
    }
  }
}
