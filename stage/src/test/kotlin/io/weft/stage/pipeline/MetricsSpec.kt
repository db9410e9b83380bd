package io.weft.stage.pipeline

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import io.weft.stage.Retry
import io.weft.stage.graph.Taken
import io.weft.testkit.weftTest
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay

class MetricsSpec :
  FunSpec({
    test("counts tell what became of events, and where those in flight are") {
      weftTest {
        val broker = Broker(1..10)
        val tree = start(counted(broker).supervisor())
        settle()
        tree.pipelineMetrics() shouldBe
          PipelineMetrics(
            label = "counted",
            received = 10,
            acknowledged = 0,
            failed = 0,
            redelivered = 0,
            inFlight = 10,
            inFlightLimit = 10,
            processors = StageMetrics(0, 0, 0, 0, 10, 0, 0, 0, 0.seconds, 0.seconds),
            batchers = mapOf("rows" to StageMetrics(0, 0, 0, 0, 0, 1, 0, 0, 0.seconds, 0.seconds)),
          )
        advance(2500.milliseconds)
        val later = tree.pipelineMetrics()
        later.processors.processed shouldBe 3
        later.processors.retried shouldBe 1
        later.processors.runs shouldBe 4
        later.processors.working shouldBe 6
        later.processors.time shouldBe 4.seconds
        later.processors.longest shouldBe 1.seconds
        advance(100.seconds)
      }
    }

    test("at the end nothing is in flight, and every event is counted once") {
      weftTest {
        val broker = Broker(1..10)
        lateinit var last: () -> PipelineMetrics
        start(
          counted(broker) { observer { _, _, it -> AutoCloseable {}.also { _ -> last = it } } }
            .supervisor()
        )
        advance(100.seconds)
        val metrics = last()
        metrics.received shouldBe 10
        metrics.acknowledged shouldBe 9
        metrics.failed shouldBe 1
        metrics.inFlight shouldBe 0
        metrics.processors.failed shouldBe 1
        metrics.processors.retried shouldBe 1
        val rows = metrics.batchers.getValue("rows")
        rows.processed shouldBe 9
        rows.largest shouldBe 4
        rows.working shouldBe 0
        rows.waiting shouldBe 0
        rows.time shouldBe 500.milliseconds * rows.runs.toInt()
      }
    }

    test("as many events may be in flight as processors take, and a batch more than batchers do") {
      weftTest {
        val broker = Broker(1..1000)
        val stuck =
          pipeline<Int>("stuck") {
            source { broker.open() }
            val rows = batcher<Int>("rows", Batches.of(7, 1.seconds).by(2)) { awaitCancellation() }
            processors(3) { it into rows }
            drainWithin(1.seconds)
          }
        val tree = start(stuck.supervisor())
        advance(1000.seconds)
        val metrics = tree.pipelineMetrics()
        metrics.inFlightLimit shouldBe 3 * 10 + (2 + 1) * 7
        metrics.inFlight shouldBe metrics.inFlightLimit
        broker.mostOpen shouldBe metrics.inFlightLimit
        metrics.batchers.getValue("rows").working shouldBe 2 * 7
        metrics.batchers.getValue("rows").waiting shouldBe metrics.inFlightLimit - 2 * 7
      }
    }

    test("counts go on when a stage or the desk is started again") {
      weftTest {
        val broker = Broker(1..6)
        val tree = start(doing(broker) { delay(1.seconds) }.supervisor())
        advance(1500.milliseconds)
        kill(stageOf(tree, "processors-0"))
        advance(1.seconds)
        tree.pipelineMetrics().redelivered shouldBe 5
        tree.pipelineMetrics().acknowledged shouldBe 2
        kill(child(lineOf(tree), "desk"))
        settle()
        val metrics = tree.pipelineMetrics()
        metrics.received shouldBe 6 + 4
        metrics.acknowledged shouldBe 2
        metrics.inFlight shouldBe 4
      }
    }

    test("Micrometer sees a pipeline while it runs") {
      weftTest {
        val registry = SimpleMeterRegistry()
        val broker = Broker(1..10)
        val tree = start(counted(broker) { observer(PipelineMeters(registry)) }.supervisor())
        settle()
        val node = node.name().name()
        registry
          .get("weft.pipeline.received")
          .tags("node", node, "pipeline", "counted")
          .functionCounter()
          .count() shouldBe 10.0
        registry.get("weft.pipeline.inflight").gauge().value() shouldBe 10.0
        val processors = registry.get("weft.pipeline.stage.working").tags("stage", "processors")
        processors.gauge().value() shouldBe 10.0
        advance(2500.milliseconds)
        val runs =
          registry.get("weft.pipeline.stage.runs").tags("stage", "processors").functionTimer()
        runs.count() shouldBe 4.0
        runs.totalTime(TimeUnit.SECONDS) shouldBe 4.0
        registry
          .find("weft.pipeline.stage.processed")
          .tags("stage", "rows")
          .functionCounter()
          ?.count() shouldBe 0.0
        tree.drainPipeline(100.seconds)
        settle()
        registry.meters.shouldBeEmpty()
      }
    }
  })

/** Two processors of one event each, which take a second; 2 fails twice. */
private fun counted(
  broker: Broker,
  more: PipelineScope<Int>.() -> Unit = {},
): Pipeline<Int> =
  pipeline("counted") {
    source { broker.open() }
    val rows = batcher<Int>("rows", Batches.of(4, 10.seconds)) { delay(500.milliseconds) }
    processors(Taken.BY_DEFAULT.by(2).between(4, 5)) {
      delay(1.seconds)
      if (it == 2) error("two")
      it into rows
    }
    retry(Retry.attempts(2).backoff(1.seconds, 1.seconds).jitter(0.0))
    inFlight(10)
    more()
  }
