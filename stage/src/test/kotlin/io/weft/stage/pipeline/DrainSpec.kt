package io.weft.stage.pipeline

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.gen.ChildResult
import io.weft.gen.Supervisor
import io.weft.kotlin.call
import io.weft.kotlin.supervisor
import io.weft.node.ExitReason
import io.weft.stage.Retry
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.delay

class DrainSpec :
  FunSpec({
    test("drained, a pipeline finishes what is in flight, receives no more, and ends") {
      weftTest {
        val broker = Broker(1..100)
        val tree =
          start(
            batching(broker, Batches.of(4, 1000.seconds), { inFlight(10) }) { delay(5.seconds) }
              .supervisor()
          )
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        advance(1.seconds)
        val handedOver = broker.handedOver
        val drained = async { tree.drainPipeline(60.seconds) }
        // two batches of four, and what is left is not waited for
        advance(13.seconds)
        drained.isCompleted shouldBe false
        advance(2.seconds)
        drained.await() shouldBe Drained(0)
        watcher.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
        broker.handedOver shouldBe handedOver
        broker.acknowledged shouldContainExactly (1..handedOver).toList()
        broker.released.shouldBeEmpty()
        broker.closed shouldBe 1
      }
    }

    test("stopped by its supervisor it drains first") {
      weftTest {
        val broker = Broker(1..100)
        val tree = start(doing(broker, { inFlight(6) }) { delay(1.seconds) }.supervisor())
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        advance(2500.milliseconds)
        node.exit(tree.pid()!!, ExitReason.SHUTDOWN)
        advance(5.seconds)
        watcher.expectNone(400.milliseconds)
        advance(1.seconds)
        watcher.expectDown(tree).reason() shouldBe ExitReason.SHUTDOWN
        broker.acknowledged shouldContainExactly (1..8).toList()
      }
    }

    test("as a child like any other it has all the time that it takes to drain") {
      weftTest {
        val broker = Broker(1..100)
        val slow = doing(broker, { inFlight(6) }) { delay(4.seconds) }
        val app = start(supervisor("app") { child(slow.supervisor()) })
        settle()
        app.call(Supervisor.TerminateChild("doing"), 60.seconds) shouldBe ChildResult.DONE
        now shouldBe 24.seconds
        broker.acknowledged shouldContainExactly (1..6).toList()
      }
    }

    test("an event that is to be tried again is waited for") {
      weftTest {
        val broker = Broker(1..1, endless = true)
        var tries = 0
        val tree =
          start(
            doing(
                broker,
                { retry(Retry.attempts(3).backoff(10.seconds, 10.seconds).jitter(0.0)) },
              ) {
                tries++
                error("never")
              }
              .supervisor()
          )
        settle()
        tree.drainPipeline(60.seconds) shouldBe Drained(0)
        now shouldBe 20.seconds
        tries shouldBe 3
        broker.failed.size shouldBe 1
      }
    }

    test("what is left when the time is over is released, and counted") {
      weftTest {
        val broker = Broker(1..100)
        val tree = start(doing(broker, { inFlight(10) }) { delay(1.seconds) }.supervisor())
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        advance(500.milliseconds)
        tree.drainPipeline(3.seconds) shouldBe Drained(7)
        watcher.expectDown(tree)
        now shouldBe 3.5.seconds
        broker.acknowledged shouldContainExactly listOf(1, 2, 3)
        broker.released shouldContainExactly (4..10).toList()
      }
    }

    test("a source that does not come back from being told holds nothing up for ever") {
      weftTest {
        val broker = Broker(1..10)
        broker.slowness = 100_000.seconds
        val tree = start(doing(broker, { drainWithin(3.seconds) }) {}.supervisor())
        val watcher = probe<Unit>("watcher")
        watcher.watch(tree)
        settle()
        node.exit(tree.pid()!!, ExitReason.SHUTDOWN)
        advance(2.seconds + Pipeline.RELEASE_LIMIT)
        watcher.expectNone(900.milliseconds)
        watcher.expectDown(tree)
      }
    }

    test("asked twice to drain, the shorter time counts, and both are told") {
      weftTest {
        val broker = Broker(1..10)
        val tree = start(doing(broker) { delay(10.seconds) }.supervisor())
        settle()
        val long = async { tree.drainPipeline(1000.seconds) }
        settle()
        tree.drainPipeline(15.seconds) shouldBe Drained(9)
        long.await() shouldBe Drained(9)
        now shouldBe 15.seconds
      }
    }

    test("a processor that is killed while the pipeline drains is started again, and drains on") {
      weftTest {
        val broker = Broker(1..5)
        val tree = start(doing(broker) { delay(1.seconds) }.supervisor())
        settle()
        val drained = async { tree.drainPipeline(60.seconds) }
        advance(2500.milliseconds)
        kill(stageOf(tree, "processors-0"))
        drained.await() shouldBe Drained(0)
        broker.acknowledged shouldContainExactly (1..5).toList()
      }
    }
  })
