package io.weft.stage.bridge

import io.kotest.core.spec.style.FunSpec
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.Dispatching
import io.weft.stage.Produces
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.dispatch.DemandDispatcher
import io.weft.stage.gen.GenStage
import java.util.concurrent.Flow
import org.reactivestreams.tck.TestEnvironment
import org.reactivestreams.tck.flow.FlowPublisherVerification

/** The Reactive Streams TCK over publishers that are stages. */
class PublisherTckSpec :
  FunSpec({
    val node = Node.start(NodeOptions.local())
    afterSpec { node.close() }

    verification("a stage that gives each event to one", Tck.ONE_EACH) {
      StageVerification(it, node) { DemandDispatcher.of() }
    }

    verification("a stage that gives all events to all", Tck.TO_ALL) {
      StageVerification(it, node) { BroadcastDispatcher.of() }
    }

    verification("a stage that another publisher feeds", Tck.ONE_EACH) {
      object : StageVerification(it, node, { DemandDispatcher.of() }) {
        override fun createFlowPublisher(elements: Long): Flow.Publisher<Long> =
          node.start(super.createFlowPublisher(elements).asProducer("again")).asPublisher()
      }
    }
  })

/** Finite streams of numbers, each of a stage of its own. */
internal open class StageVerification(
  environment: TestEnvironment,
  private val node: Node,
  private val dispatching: () -> Dispatching<Long>,
) : FlowPublisherVerification<Long>(environment, Tck.GC_MILLIS) {
  override fun createFlowPublisher(elements: Long): Flow.Publisher<Long> =
    numbers(elements).asPublisher()

  override fun createFailedFlowPublisher(): Flow.Publisher<Long> {
    val gone = numbers(0)
    node.exit(checkNotNull(gone.pid()), ExitReason.KILL)
    return gone.asPublisher()
  }

  private fun numbers(count: Long): Address<Produces<Long>> =
    node.start(
      GenStage.producer<Long>("numbers") {
        dispatcher(dispatching())
        var sent = 0L
        onDemand { wanted ->
          val until = minOf(count, sent + wanted)
          emit((sent until until).toList())
          sent = until
          if (sent == count) stop(ExitReason.NORMAL)
        }
      }
    )
}
