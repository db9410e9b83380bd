package io.weft.stage.bridge

import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.stage.Cancel
import io.weft.stage.Consumes
import io.weft.stage.Produces
import io.weft.stage.SubscribeOptions
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.StageTypes
import io.weft.stage.gen.asStage
import io.weft.stage.wire.SubscribeTo
import io.weft.stage.wire.Whom
import java.util.concurrent.Flow
import kotlin.reflect.KType
import kotlinx.coroutines.job

/** The stages whose events a subscriber gets, what their ends mean, and what follows on its own. */
internal class Lines<E : Any>(
  val producers: List<Address<out Produces<E>>>,
  val meaning: (ExitReason) -> ExitReason = { it },
  val left: () -> Unit = {},
)

/**
 * Starts a consumer for each subscriber.
 *
 * @param lines asked once for each subscriber
 */
internal class StagePublisher<E : Any>(
  private val node: Node,
  private val events: KType,
  options: SubscribeOptions,
  private val lines: () -> Lines<E>,
) : Flow.Publisher<E> {
  // Of several producers one may be done before the others: the last one ends the consumer.
  private val options = options.ending(Cancel.TRANSIENT)

  override fun subscribe(subscriber: Flow.Subscriber<in E>) {
    val lines = lines()
    try {
      node.spawn(consumer(subscriber, lines))
    } catch (refused: RuntimeException) {
      Refused(node, subscriber).tell(refused)
      lines.left()
    }
  }

  private fun consumer(
    subscriber: Flow.Subscriber<in E>,
    lines: Lines<E>,
  ): Blueprint<Consumes<E>> =
    GenStage.consumer("publisher", StageTypes(events, null)) {
      coroutineContext.job.invokeOnCompletion { lines.left() }
      Delivery(this, subscriber, options, lines.meaning).begin(lines.producers.size)
      for (producer in lines.producers) {
        val wish = SubscribeTo(null, Whom.ByAddress(producer), options)
        self.address().asStage().tell(wish)
      }
    }
}

/** A subscription that never was. */
private class Refused<E : Any>(node: Node, private val subscriber: Flow.Subscriber<in E>) :
  Flow.Subscription {
  private val calls = SerialCalls(node, "publisher")

  fun tell(why: Throwable): Unit = calls.add {
    subscriber.onSubscribe(this)
    subscriber.onError(why)
  }

  override fun request(events: Long) {}

  override fun cancel() {}
}
