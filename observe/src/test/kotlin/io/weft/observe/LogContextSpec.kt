package io.weft.observe

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.actor
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.server
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Weft
import java.time.Duration
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.slf4j.MDC

private val SECONDS = Duration.ofSeconds(10)

class LogContextSpec :
  FunSpec({
    val seen = LinkedBlockingQueue<Triple<String, String?, String?>>()
    val look: Look = { place -> seen.add(Triple(place, MDC.get("name"), MDC.get("pid"))) }

    fun node() =
      Node.start(NodeOptions.builder(NodeOptions.local().name()).observer(LogContext()).build())

    fun next() = checkNotNull(seen.poll(10, TimeUnit.SECONDS))

    beforeTest { seen.clear() }

    test("what a handler logs has pid, name and node, also after it was suspended") {
      node().use { node ->
        val prices = node.awaitStart(prices(look))
        val till = node.awaitStart(till(prices, look))
        Weft.call(till, Shop.Sell("tea"), SECONDS)
        val all = List(6) { next() }
        all
          .filter { it.first in setOf("price", "restock") }
          .forEach {
            it.second shouldBe "prices"
            it.third shouldBe prices.pid().toString()
          }
        all
          .filter { "sell" in it.first || it.first == "launched" }
          .forEach {
            it.second shouldBe "till"
            it.third shouldBe till.pid().toString()
          }
      }
    }

    test("a process without a name has its label; a straight-line body has it on its own thread") {
      node().use { node ->
        val body =
          Blueprint.straightLine<Shop>("body") { self ->
            look("before")
            self.receive()
            look("after")
          }
        val address = node.spawn(body)
        address.tell(Shop.Restock(1))
        val pid = address.pid().toString()
        next() shouldBe Triple("before", "body", pid)
        next() shouldBe Triple("after", "body", pid)
        node.spawn(
          actor<Shop>("lift") {
            delay(1.milliseconds)
            look(MDC.get("node"))
          }
        )
        next().second shouldBe "lift"
      }
    }

    test("what a handler does elsewhere has it too, and a flow may be collected there") {
      node().use { node ->
        val away =
          server<Shop>("away") {
            call { _: Shop.PriceOf ->
              flow { emit(1) }.collect { look("collected") }
              withContext(Dispatchers.IO) { look("there") }
              coroutineScope { launch(Dispatchers.IO) { look("launched there") } }
              look("back")
              1L
            }
            call { _: Shop.Sell -> 0L }
            cast { _: Shop.Restock -> }
            cast { _: Shop.Burn -> }
          }
        val address = node.awaitStart(away)
        Weft.call(address, Shop.PriceOf("tea"), SECONDS)
        for (place in listOf("collected", "there", "launched there", "back")) {
          next() shouldBe Triple(place, "away", address.pid().toString())
        }
        withContext(Dispatchers.IO) { List(64) { async { MDC.get("pid") } }.awaitAll() }
          .toSet() shouldBe setOf(null)
      }
    }

    test("what stood there before is there again after the turn") {
      node().use { node ->
        Weft.call(node.awaitStart(prices(look)), Shop.PriceOf("tea"), SECONDS)
        next().first shouldBe "price"
        val left = LinkedBlockingQueue<Boolean>()
        repeat(20) { node.seams().scheduler().execute { left.add(MDC.get("pid") == null) } }
        List(20) { left.poll(10, TimeUnit.SECONDS) }.toSet() shouldBe setOf(true)
      }
    }

    test("without it nothing is there") {
      Node.start(NodeOptions.local()).use { node ->
        Weft.call(node.awaitStart(prices(look)), Shop.PriceOf("tea"), SECONDS)
        next() shouldBe Triple("price", null, null)
      }
    }
  })
