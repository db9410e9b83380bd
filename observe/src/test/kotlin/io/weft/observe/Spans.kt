package io.weft.observe

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator
import io.opentelemetry.context.propagation.ContextPropagators
import io.opentelemetry.sdk.OpenTelemetrySdk
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.data.SpanData
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import kotlin.time.Duration.Companion.seconds

/** The spans that ended, in memory. */
class Spans {
  private val exporter = InMemorySpanExporter.create()
  val telemetry: OpenTelemetrySdk =
    OpenTelemetrySdk.builder()
      .setTracerProvider(
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build()
      )
      .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
      .build()

  fun all(): List<SpanData> = exporter.finishedSpanItems

  fun clear(): Unit = exporter.reset()

  fun named(name: String): SpanData = all().last { it.name == name }

  fun parentOf(name: String): String? =
    all().firstOrNull { it.spanId == named(name).parentSpanId }?.name

  suspend fun await(enough: (List<SpanData>) -> Boolean): Unit =
    eventually(10.seconds) { enough(all()) shouldBe true }

  /** Waits until these have ended, and only these; each with the name of its parent. */
  suspend fun awaitNames(vararg names: Pair<String, String?>): Unit =
    eventually(10.seconds) {
      all().associate { span ->
        span.name to all().firstOrNull { it.spanId == span.parentSpanId }?.name
      } shouldBe names.toMap()
    }
}
