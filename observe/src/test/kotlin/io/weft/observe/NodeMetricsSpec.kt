package io.weft.observe

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import io.weft.kotlin.awaitStart
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.MailboxPolicy
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Weft
import java.time.Duration
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.seconds

private val SECONDS = Duration.ofSeconds(10)

class NodeMetricsSpec :
  FunSpec({
    lateinit var registry: SimpleMeterRegistry

    beforeTest { registry = SimpleMeterRegistry() }

    fun node(tagValues: Int = NodeMetrics.DEFAULT_TAG_VALUES) =
      Node.start(
        NodeOptions.builder(NodeOptions.local().name())
          .observer(NodeMetrics(registry, tagValues))
          .build()
      )

    fun counted(name: String, vararg tags: String): Double =
      registry.find(name).tags(*tags).counter()?.count()
        ?: registry.find(name).tags(*tags).timer()?.count()?.toDouble()
        ?: registry.find(name).tags(*tags).functionCounter()?.count()
        ?: 0.0

    fun gauge(name: String, vararg tags: String): Double =
      registry.find(name).tags(*tags).gauge()?.value() ?: Double.NaN

    test("messages handled and their time, calls by type and outcome, turns") {
      node().use { node ->
        val prices = node.awaitStart(prices())
        repeat(3) { Weft.call(prices, Shop.PriceOf("tea"), SECONDS) }
        prices.tell(Shop.Burn)
        eventually(10.seconds) {
          counted(
            "weft.handle",
            "process",
            "prices",
            "type",
            "Shop.PriceOf",
            "outcome",
            "ok",
          ) shouldBe 3.0
          counted(
            "weft.handle",
            "process",
            "prices",
            "type",
            "Shop.Burn",
            "outcome",
            "failed",
          ) shouldBe 1.0
          counted("weft.call", "type", "Shop.PriceOf", "outcome", "ok") shouldBe 3.0
          // messages that come while a turn goes on share it
          counted("weft.turn", "process", "prices") shouldBeGreaterThan 0.0
          counted("weft.process.crashed", "process", "prices") shouldBe 1.0
          counted("weft.process.ended", "process", "prices", "outcome", "crash") shouldBe 1.0
        }
        runCatching { Weft.call(prices, Shop.PriceOf("tea"), SECONDS) }
        counted("weft.call", "type", "Shop.PriceOf", "outcome", "noproc") shouldBe 1.0
      }
    }

    test("processes, what waits for them and for how long, by label") {
      node().use { node ->
        val held = CountDownLatch(1)
        val begun = CountDownLatch(1)
        val slow =
          Blueprint.straightLine<Shop>("slow") { self ->
            begun.countDown()
            held.await()
            repeat(5) { self.receive() }
          }
        val address = node.spawn(slow)
        begun.await()
        repeat(5) { address.tell(Shop.Restock(it)) }
        eventually(20.seconds) {
          gauge("weft.processes.all") shouldBe 1.0
          gauge("weft.processes", "process", "slow") shouldBe 1.0
          gauge("weft.mailbox.waiting", "process", "slow") shouldBe 5.0
          gauge("weft.mailbox.deepest", "process", "slow") shouldBe 5.0
        }
        held.countDown()
      }
    }

    test("restarts of supervisors, and what a full mailbox did not take") {
      node().use { node ->
        lateinit var child: Address<Shop>
        node.awaitStart(supervisor("shop") { child = child(prices()) })
        child.tell(Shop.Burn)
        eventually(10.seconds) {
          counted("weft.supervisor.restarts", "supervisor", "shop", "child", "prices") shouldBe 1.0
          counted("weft.process.spawned", "process", "prices") shouldBe 2.0
        }
        val held = CountDownLatch(1)
        val bounded =
          Blueprint.of("bounded") { Behavior<Shop> { _, _ -> held.await() } }
            .mailbox(MailboxPolicy.bounded(1, MailboxPolicy.Overflow.DROP_NEWEST))
        val address = node.spawn(bounded)
        repeat(10) { address.tell(Shop.Restock(it)) }
        held.countDown()
        counted("weft.mailbox.dropped", "process", "bounded") shouldBeGreaterThan 5.0
      }
    }

    test("carriers and timers") {
      node().use { node ->
        gauge("weft.carriers") shouldBe node.seams().scheduler().parallelism().toDouble()
        gauge("weft.carriers.queued") shouldBeGreaterThan -1.0
        gauge("weft.carriers.utilisation")
        gauge("weft.carriers.utilisation").shouldBeBetween(0.0, 1.0, 0.0)
        val timer = node.seams().timers().after(Duration.ofHours(1)) {}
        gauge("weft.timers") shouldBeGreaterThan 0.0
        timer.cancel()
      }
    }

    test("connections, until they end") {
      TwoNodes(NodeMetrics(registry)).use { nodes ->
        nodes.far.awaitStart(prices())
        repeat(10) { Weft.call(nodes.far("prices"), Shop.PriceOf("tea"), SECONDS) }
        for (name in listOf("weft.dist.bytes", "weft.dist.frames", "weft.dist.signals")) {
          for (direction in listOf("in", "out")) {
            counted(
              name,
              "node",
              "near@127.0.0.1",
              "peer",
              "far@127.0.0.1",
              "direction",
              direction,
            ) shouldBeGreaterThan 9.0
          }
        }
        eventually(10.seconds) {
          gauge("weft.dist.queued.bytes", "node", "near@127.0.0.1") shouldBe 0.0
        }
        gauge("weft.dist.senders.waiting", "node", "near@127.0.0.1") shouldBe 0.0
      }
      eventually(10.seconds) { registry.find("weft.dist.bytes").meters().shouldBeEmpty() }
    }

    test("a tag has no more values than it may") {
      node(tagValues = 3).use { node ->
        repeat(10) { node.spawn(Blueprint.of("label $it") { Behavior<Shop> { _, _ -> } }) }
        val labels = registry.find("weft.process.spawned").meters().map { it.id.getTag("process") }
        labels.toSet().size shouldBeLessThanOrEqual 4
        counted("weft.process.spawned", "process", "other") shouldBeGreaterThan 5.0
      }
    }
  })
