package io.weft.stage.engine

import io.weft.node.Self
import io.weft.stage.SubscriptionEnd
import io.weft.stage.dispatch.saturatingPlus
import io.weft.term.Pid

/**
 * What a stage between others has taken in and not handled: a producer_consumer handles events only
 * while its consumers want some.
 *
 * A message is handled whole, also if that makes more than was wanted; the rest is buffered. Ends
 * of subscriptions and infos keep their place among the events.
 */
internal class Between(private val self: Self<Any>, private val consumers: ConsumerSide) :
  ProducerSide.Source {
  private val queue = ArrayDeque<Item>()

  /** What consumers want, besides what was buffered, and was not emitted yet. */
  var open = 0L
    private set

  private var draining = false

  private sealed interface Item {
    class Taken(val producer: ConsumerSide.Producer, val sender: Pid, val events: List<Any>) : Item

    class Ended(val producer: ConsumerSide.Producer, val end: SubscriptionEnd) : Item

    class Info(val message: Any) : Item
  }

  /** Where infos go when it is their turn. */
  lateinit var producers: ProducerSide

  override suspend fun demanded(events: Long) {
    open = open saturatingPlus events
    drain()
  }

  /**
   * What the dispatcher has left over has come as well: it asks for as much anew when somebody
   * takes it. (GenStage counts what was sent only, and so takes in without end, and buffers all of
   * it, when consumers leave that it has asked for.)
   */
  override fun emitted(events: Int) {
    open = maxOf(0, open - events)
  }

  suspend fun take(producer: ConsumerSide.Producer, sender: Pid, events: List<Any>) {
    queue.addLast(Item.Taken(producer, sender, events))
    drain()
  }

  /** The end of a subscription that is forgotten already. */
  suspend fun ended(producer: ConsumerSide.Producer, end: SubscriptionEnd) {
    if (queue.isEmpty()) consumers.ended(producer, end)
    else queue.addLast(Item.Ended(producer, end))
  }

  fun info(message: Any) {
    if (queue.isEmpty()) producers.info(message) else queue.addLast(Item.Info(message))
  }

  private suspend fun drain() {
    if (draining) return
    draining = true
    try {
      while (!self.isStopping && isDue(queue.firstOrNull() ?: return)) handle(queue.removeFirst())
    } finally {
      draining = false
    }
  }

  /**
   * Only events need to be wanted; an end waits for what is buffered, which it might take along.
   */
  private fun isDue(item: Item): Boolean =
    open > 0 || item is Item.Info || item is Item.Ended && producers.buffered == 0

  private suspend fun handle(item: Item) =
    when (item) {
      is Item.Taken -> consumers.consume(item.producer, item.sender, item.events)
      is Item.Ended -> consumers.ended(item.producer, item.end)
      is Item.Info -> producers.info(item.message)
    }
}
