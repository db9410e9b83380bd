package io.weft.observe

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.micrometer.core.instrument.MeterRegistry
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import io.opentelemetry.api.OpenTelemetry
import io.weft.kotlin.awaitStart
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Observed
import io.weft.node.Observer
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.time.Duration.Companion.seconds

// README: begin
fun observed(metrics: MeterRegistry, telemetry: OpenTelemetry): NodeOptions.Builder =
  NodeOptions.builder("shop@127.0.0.1")
    .cookie("secret")
    .observer(LogContext()) // pid, name and node in the MDC of all that a process logs
    .observer(NodeMetrics(metrics))
    .observer(Tracing(telemetry))
    .observer(CrashCount()) // or one of your own

class CrashCount : Observer {
  val crashes = ConcurrentHashMap<String, Int>()

  override fun crashed(process: Observed, reason: ExitReason): Observer.Scope {
    crashes.merge(process.label(), 1, Int::plus)
    return Observer.Scope.NONE
  }
}

// README: end

class ObserveExampleSpec :
  FunSpec({
    test("the example of the README does what it says") {
      val registry = SimpleMeterRegistry()
      val count = CrashCount()
      val options = observed(registry, Spans().telemetry).observer(count).epmdPort(0).build()
      Node.start(options).use { node ->
        node.awaitStart(prices()).tell(Shop.Burn)
        eventually(10.seconds) {
          count.crashes["prices"] shouldBe 1
          registry.find("weft.process.crashed").tag("process", "prices").counter()?.count() shouldBe
            1.0
        }
      }
    }

    test("the README shows the example as it is compiled here") {
      val source =
        fileAbove("observe/src/test/kotlin/io/weft/observe/ObserveExampleSpec.kt").readText()
      val example = source.substringAfter("README: begin\n").substringBefore("\n// README: end")
      fileAbove("README.md").readText() shouldContain example
    }
  })

private fun fileAbove(name: String): Path =
  generateSequence(Path.of("").toAbsolutePath()) { it.parent }
    .map { it.resolve(name) }
    .first { it.exists() }
