package io.weft.stage.bridge

import io.kotest.core.spec.style.FunSpec
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.Asking
import io.weft.stage.failureOf
import io.weft.stage.gen.GenStage
import java.util.concurrent.Executors
import java.util.concurrent.Flow
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification

/** The Reactive Streams TCK over subscribers that feed stages. */
class SubscriberTckSpec :
  FunSpec({
    val node = Node.start(NodeOptions.local())
    val threads = Executors.newVirtualThreadPerTaskExecutor()
    afterSpec {
      node.close()
      threads.shutdownNow()
    }

    verification("a consumer that asks by itself is fed, seen from outside", emptyMap()) {
      object : FlowSubscriberBlackboxVerification<Long>(it) {
        override fun createFlowSubscriber(): Flow.Subscriber<Long> =
          node.start(GenStage.consumer<Long>("all") { onEvents { _, _ -> } }).asSubscriber()

        override fun publisherExecutorService() = threads

        override fun createElement(element: Int): Long = element.toLong()
      }
    }

    verification("a consumer that asks as it is told is fed, seen from inside", emptyMap()) {
      object : FlowSubscriberWhiteboxVerification<Long>(it) {
        override fun createFlowSubscriber(
          probe: WhiteboxSubscriberProbe<Long>
        ): Flow.Subscriber<Long> = node.start(puppet(probe)).asSubscriber()

        override fun publisherExecutorService() = threads

        override fun createElement(element: Int): Long = element.toLong()
      }
    }
  })

private fun puppet(probe: WhiteboxSubscriberProbe<Long>) =
  GenStage.consumer<Long>("puppet") {
    onSubscribed { _, from ->
      probe.registerOnSubscribe(
        object : SubscriberPuppet {
          override fun triggerRequest(elements: Long) = self.post { ask(from, elements) }

          override fun signalCancel() = self.post { cancelSubscription(from, ExitReason.NORMAL) }
        }
      )
      Asking.MANUAL
    }
    onEvents { events, _ -> events.forEach(probe::registerOnNext) }
    onSubscriptionEnd { end, _ ->
      if (end.reason.isOrderly) probe.registerOnComplete()
      else probe.registerOnError(failureOf(end.reason))
    }
  }
