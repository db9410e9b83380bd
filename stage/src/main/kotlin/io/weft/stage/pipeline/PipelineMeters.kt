package io.weft.stage.pipeline

import io.micrometer.core.instrument.FunctionCounter
import io.micrometer.core.instrument.FunctionTimer
import io.micrometer.core.instrument.Gauge
import io.micrometer.core.instrument.Meter
import io.micrometer.core.instrument.MeterRegistry
import io.micrometer.core.instrument.Tags
import java.util.concurrent.TimeUnit

/**
 * Pipelines as Micrometer's meters, next to those of a node (`NodeMetrics` of `weft-observe`). Who
 * uses this class has `micrometer-core`. All have the tags `node` and `pipeline`, those of stages
 * `stage` as well: `processors`, or the name of a batcher. They are there while the tree runs.
 *
 * |Meter                                                                         |What                                |
 * |------------------------------------------------------------------------------|------------------------------------|
 * |`weft.pipeline.received`, `.acknowledged`, `.failed`, `.redelivered`, counters|events                              |
 * |`weft.pipeline.inflight`, gauge                                               |events that are in flight           |
 * |`weft.pipeline.stage.processed`, `.failed`, `.retried`, counters              |see [StageMetrics]                  |
 * |`weft.pipeline.stage.waiting`, `.working`, `.wanted`, `.largest`, gauges      |likewise                            |
 * |`weft.pipeline.stage.runs`, timer                                             |how often handlers ran, and how long|
 *
 * Of two pipelines of one label that run on one node at once only the first is seen.
 */
public class PipelineMeters(private val registry: MeterRegistry) : PipelineObserver {
  override fun started(
    node: String,
    label: String,
    metrics: () -> PipelineMetrics,
  ): AutoCloseable {
    val tags = Tags.of("node", node, "pipeline", label)
    val made = Registering(registry, metrics)
    made.counter("weft.pipeline.received", tags) { it.received }
    made.counter("weft.pipeline.acknowledged", tags) { it.acknowledged }
    made.counter("weft.pipeline.failed", tags) { it.failed }
    made.counter("weft.pipeline.redelivered", tags) { it.redelivered }
    made.gauge("weft.pipeline.inflight", tags) { it.inFlight }
    made.stage(tags.and("stage", PROCESSORS)) { it.processors }
    for (batcher in metrics().batchers.keys) {
      made.stage(tags.and("stage", batcher)) { it.batchers.getValue(batcher) }
    }
    return made
  }
}

/** The meters of one pipeline. */
private class Registering(
  private val registry: MeterRegistry,
  private val metrics: () -> PipelineMetrics,
) : AutoCloseable {
  private val meters = ArrayList<Meter>()

  fun stage(tags: Tags, of: (PipelineMetrics) -> StageMetrics) {
    counter("weft.pipeline.stage.processed", tags) { of(it).processed }
    counter("weft.pipeline.stage.failed", tags) { of(it).failed }
    counter("weft.pipeline.stage.retried", tags) { of(it).retried }
    gauge("weft.pipeline.stage.waiting", tags) { of(it).waiting }
    gauge("weft.pipeline.stage.working", tags) { of(it).working }
    gauge("weft.pipeline.stage.wanted", tags) { of(it).wanted }
    gauge("weft.pipeline.stage.largest", tags) { of(it).largest }
    meters +=
      FunctionTimer.builder(
          "weft.pipeline.stage.runs",
          metrics,
          { of(it()).runs },
          { of(it()).time.inWholeNanoseconds.toDouble() },
          TimeUnit.NANOSECONDS,
        )
        .tags(tags)
        .register(registry)
  }

  fun counter(name: String, tags: Tags, value: (PipelineMetrics) -> Long) {
    meters +=
      FunctionCounter.builder(name, metrics) { value(it()).toDouble() }
        .tags(tags)
        .register(registry)
  }

  fun gauge(name: String, tags: Tags, value: (PipelineMetrics) -> Number) {
    meters += Gauge.builder(name, metrics) { value(it()).toDouble() }.tags(tags).register(registry)
  }

  override fun close() {
    meters.forEach(registry::remove)
  }
}
