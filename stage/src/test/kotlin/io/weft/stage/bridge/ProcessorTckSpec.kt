package io.weft.stage.bridge

import io.kotest.core.spec.style.FunSpec
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.graph.Taken
import io.weft.stage.graph.into
import io.weft.stage.graph.transform
import io.weft.stage.subscribeOptions
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.Flow
import kotlin.reflect.typeOf
import org.reactivestreams.tck.TestEnvironment
import org.reactivestreams.tck.flow.IdentityFlowProcessorVerification

/** The Reactive Streams TCK over processors that are lines of stages. */
class ProcessorTckSpec :
  FunSpec({
    val node = Node.start(NodeOptions.local())
    val threads = Executors.newVirtualThreadPerTaskExecutor()
    afterSpec {
      node.close()
      threads.shutdownNow()
    }

    verification("a line of two steps", Tck.TO_ALL) {
      Identity(it, threads) { size ->
        (transform("one", Taken.BY_DEFAULT.atMost(size)) { events: List<Int> -> events } into
            transform("two", Taken.BY_DEFAULT.atMost(size)) { events: List<Int> -> events })
          .asProcessor(node)
      }
    }

    verification("a stage between others", Tck.TO_ALL) {
      Identity(it, threads) { size ->
        GenStage.producerConsumer<Int, Int>("same") {
            dispatcher(BroadcastDispatcher.of())
            onEvents { events, _ -> emit(events) }
          }
          .asProcessor(
            node,
            typeOf<Int>(),
            typeOf<Int>(),
            subscribeOptions<Int> { maxDemand = size },
          )
      }
    }
  })

private class Identity(
  environment: TestEnvironment,
  private val threads: ExecutorService,
  private val make: (Int) -> Flow.Processor<Int, Int>,
) : IdentityFlowProcessorVerification<Int>(environment, Tck.GC_MILLIS, BUFFER) {
  override fun createIdentityFlowProcessor(bufferSize: Int) = make(bufferSize)

  override fun createFailedFlowPublisher(): Flow.Publisher<Int> =
    make(BUFFER).also { it.onError(IllegalStateException("failed before anybody subscribed")) }

  override fun doesCoordinatedEmission() = true

  override fun publisherExecutorService() = threads

  override fun createElement(element: Int): Int = element

  private companion object {
    const val BUFFER = 16
  }
}
