package io.weft.observe

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.StatusCode
import io.opentelemetry.context.Context
import io.weft.kotlin.actor
import io.weft.kotlin.awaitStart
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Weft
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay
import org.slf4j.MDC

private val SECONDS = Duration.ofSeconds(10)

class TracingSpec :
  FunSpec({
    val spans = Spans()

    fun node() =
      Node.start(
        NodeOptions.builder(NodeOptions.local().name()).observer(Tracing(spans.telemetry)).build()
      )

    beforeTest { spans.clear() }

    test("a call, what its handler calls and casts, and all that handles it are one trace") {
      node().use { node ->
        val prices = node.awaitStart(prices())
        val till = node.awaitStart(till(prices))
        Weft.call(till, Shop.Sell("tea"), SECONDS) shouldBe 250L
        spans.awaitNames(
          "call Shop.Sell" to null,
          "handle Shop.Sell" to "call Shop.Sell",
          "call Shop.PriceOf" to "handle Shop.Sell",
          "handle Shop.PriceOf" to "call Shop.PriceOf",
          "cast Shop.Restock" to "handle Shop.Sell",
          "handle Shop.Restock" to "cast Shop.Restock",
        )
        spans.all().map { it.traceId }.toSet().size shouldBe 1
      }
    }

    test("in a handler its span is current, also after it was suspended and in what it launches") {
      val seen = ConcurrentHashMap<String, String>()
      val look: Look = { place -> seen[place] = Span.current().spanContext.spanId }
      node().use { node ->
        val till = node.awaitStart(till(node.awaitStart(prices(look)), look))
        Weft.call(till, Shop.Sell("tea"), SECONDS)
        spans.await { it.any { span -> span.name == "handle Shop.Restock" } }
        val sell = spans.named("handle Shop.Sell").spanId
        seen shouldContainExactly
          mapOf(
            "sell" to sell,
            "sell after delay" to sell,
            "sell after call" to sell,
            "launched" to sell,
            "price" to spans.named("handle Shop.PriceOf").spanId,
            "restock" to spans.named("handle Shop.Restock").spanId,
          )
      }
    }

    test("nothing is left for the next message, nor on the threads that ran it") {
      val seen = LinkedBlockingQueue<Boolean>()
      node().use { node ->
        val till =
          node.awaitStart(
            till(node.awaitStart(prices())) {
              if (it == "restock at till") seen.add(Span.current().spanContext.isValid)
            }
          )
        Weft.call(till, Shop.Sell("tea"), SECONDS)
        repeat(20) { till.tell(Shop.Restock(1)) }
        List(20) { seen.poll(10, TimeUnit.SECONDS) }.toSet() shouldBe setOf(false)
        val contexts = LinkedBlockingQueue<Boolean>()
        repeat(20) {
          node.seams().scheduler().execute { contexts.add(Context.current() == Context.root()) }
        }
        List(20) { contexts.poll(10, TimeUnit.SECONDS) }.toSet() shouldBe setOf(true)
      }
    }

    test("the span of the calling thread is the parent, and log lines have the ids") {
      val ids = LinkedBlockingQueue<String>()
      node().use { node ->
        val prices = node.awaitStart(prices { ids.add(MDC.get(Tracing.TRACE_ID)) })
        val outer = spans.telemetry.getTracer("test").spanBuilder("request").startSpan()
        outer.makeCurrent().use { Weft.call(prices, Shop.PriceOf("tea"), SECONDS) }
        outer.end()
        spans.await { it.size == 3 }
        spans.parentOf("call Shop.PriceOf") shouldBe "request"
        ids.poll(10, TimeUnit.SECONDS) shouldBe outer.spanContext.traceId
      }
    }

    test("a straight-line actor has the span of the message it received last") {
      val seen = LinkedBlockingQueue<Boolean>()
      node().use { node ->
        val body =
          actor<Shop>("lift") {
            repeat(2) {
              receive()
              delay(1.milliseconds)
              seen.add(Span.current().spanContext.isValid)
            }
          }
        val lift = node.awaitStart(body)
        val outer = spans.telemetry.getTracer("test").spanBuilder("request").startSpan()
        outer.makeCurrent().use { lift.cast(Shop.Restock(1)) }
        seen.poll(10, TimeUnit.SECONDS) shouldBe true
        lift.tell(Shop.Restock(2))
        seen.poll(10, TimeUnit.SECONDS) shouldBe false
        spans.await { it.any { span -> span.name == "handle Shop.Restock" } }
      }
    }

    test("a straight-line body in Java has it on its own thread") {
      val seen = LinkedBlockingQueue<Pair<Boolean, Boolean>>()
      node().use { node ->
        val body =
          Blueprint.straightLine<Shop>("body") { self ->
            while (true) {
              self.receive()
              seen.add(Thread.currentThread().isVirtual to Span.current().spanContext.isValid)
            }
          }
        val address = node.start(body)
        val outer = spans.telemetry.getTracer("test").spanBuilder("request").startSpan()
        outer.makeCurrent().use { address.cast(Shop.Restock(1)) }
        seen.poll(10, TimeUnit.SECONDS) shouldBe (true to true)
        address.tell(Shop.Restock(2))
        seen.poll(10, TimeUnit.SECONDS) shouldBe (true to false)
      }
    }

    test("a handler that fails, and a call that is not answered, have the error") {
      node().use { node ->
        val prices = node.awaitStart(prices())
        val outer = spans.telemetry.getTracer("test").spanBuilder("request").startSpan()
        outer.makeCurrent().use { prices.cast(Shop.Burn) }
        spans.await { it.any { span -> span.name == "handle Shop.Burn" } }
        spans.named("handle Shop.Burn").status.statusCode shouldBe StatusCode.ERROR
        runCatching { Weft.call(prices, Shop.PriceOf("tea"), SECONDS) }.isFailure shouldBe true
        spans.await { it.any { span -> span.name == "call Shop.PriceOf" } }
        spans.named("call Shop.PriceOf").status.statusCode shouldBe StatusCode.ERROR
      }
    }
  })
