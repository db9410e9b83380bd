package io.weft.stage.pipeline

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.Supervisor
import io.weft.node.Address
import io.weft.stage.gen.GenStage
import io.weft.stage.graph.from
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.supervisorScope

class RunSpec :
  FunSpec({
    test("run to its end, a pipeline returns its numbers") {
      weftTest {
        val metrics = doing(Broker(1..10)) { if (it == 3) error("three") }.run(node)
        metrics.acknowledged shouldBe 9
        metrics.failed shouldBe 1
        metrics.inFlight shouldBe 0
      }
    }

    test("a pipeline that gives up is a failure of who runs it") {
      weftTest {
        val broker = Broker(1..10)
        val broken =
          doing(broker, { onFailed { error("no place for dead letters") } }) { error("no") }
        shouldThrow<PipelineFailedException> { broken.run(node) }.message shouldContain
          "doing gave up"
        broker.acknowledged.size + broker.failed.size shouldBe 0
      }
    }

    test("a source that is cut off for good is a failure, however much was done before") {
      weftTest {
        val doomed = start(GenStage.producer<Int>("doomed") { onDemand { emit(listOf(1, 2)) } })
        var seen = 0
        val counting =
          pipeline<Int>("counting") {
            source(from(doomed))
            inFlight(2)
            processors(1) {
              delay(1.seconds)
              seen++
              done
            }
          }
        supervisorScope {
          val running = async { counting.run(node) }
          advance(1500.milliseconds)
          kill(doomed)
          shouldThrow<PipelineFailedException> { running.await() }
        }
        seen shouldBe 3 // two that were in flight, and what was asked for when the first was done
      }
    }

    test("who runs it is given the tree that runs, to drain it for one") {
      weftTest {
        val broker = Broker(1..100)
        val tree = CompletableDeferred<Address<Supervisor.Query>>()
        val running = async {
          doing(broker, { inFlight(5) }) { delay(1.seconds) }.run(node) { tree.complete(it) }
        }
        val draining = async { tree.await().drainPipeline(100.seconds) }
        advance(100.seconds)
        draining.await() shouldBe Drained(left = 0)
        running.await().acknowledged shouldBe broker.acknowledged.size
      }
    }

    test("who runs it and fails as it starts leaves no pipeline behind") {
      weftTest {
        lateinit var tree: Address<Supervisor.Query>
        shouldThrow<IllegalStateException> {
          doing(Broker(1..100)) { delay(1.seconds) }
            .run(node) {
              tree = it
              error("no")
            }
        }
        advance(100.seconds)
        checkNotNull(tree.pid()).let { node.isAlive(it) } shouldBe false
      }
    }

    test("who runs it may be cancelled: the pipeline drains") {
      weftTest {
        val broker = Broker(1..100)
        val running = async { doing(broker, { inFlight(5) }) { delay(1.seconds) }.run(node) }
        advance(1500.milliseconds)
        running.cancel()
        advance(100.seconds)
        broker.acknowledged shouldContainExactly (1..6).toList()
      }
    }
  })
