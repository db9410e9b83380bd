package io.weft.config

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.weft.dist.DistNetworkProvider
import io.weft.gen.Application
import io.weft.gen.ApplicationType
import io.weft.gen.Applications
import io.weft.gen.Supervisor
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.server
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Request
import java.time.Duration
import kotlin.time.Duration.Companion.minutes
import org.slf4j.MDC

private const val FILE =
  """
weft {
  node {
    name = "shop@127.0.0.1"
    cookie = ${'$'}{SHOP_COOKIE}
    hidden = true
    tick-time = 15s
    max-message-bytes = 64MiB
    carriers = 2
  }
  dist {
    epmd = off
    nearby = off
    routes { "till@127.0.0.1" = "127.0.0.1:9100" }
    compression { algorithms = [deflate], threshold = 4K }
    tls { client-certificate = wanted }
  }
  logging { context = on, levels { "io.weft.test" = debug } }
  applications { bakery { shelf = 20, breads = [rye, spelt] } }
}
shop { currency = EUR, closes-after = 8h, tills = [{ name = left }, { name = right, drawers = 2 }] }
"""

data class Till(val name: String, val drawers: Int = 1)

data class ShopSettings(
  val currency: String,
  val closesAfter: kotlin.time.Duration = 60.minutes,
  val tills: List<Till>,
  val motto: String?,
)

private fun sources(text: String = FILE) =
  Sources.none().environment(mapOf("SHOP_COOKIE" to "secret")).text("shop.conf", text)

private fun refused(text: String): List<String> =
  shouldThrow<ConfigurationException> { Configuration.of(sources(text)).nodeOptions() }.problems

class ConfigurationSpec :
  FunSpec({
    test("a file tells of a node, its network, its logs and its applications") {
      val options = Configuration.of(sources()).nodeOptions().build()
      options.name() shouldBe "shop@127.0.0.1"
      options.cookie() shouldBe "secret"
      options.hidden() shouldBe true
      options.tickTime() shouldBe Duration.ofSeconds(15)
      options.maxMessageBytes() shouldBe (64 shl 20)
      options.carriers() shouldBe 2
      options.observers() shouldHaveSize 1
      options.env() shouldBe
        mapOf("bakery" to mapOf("shelf" to 20, "breads" to listOf("rye", "spelt")))
      (options.networkProvider() as DistNetworkProvider).dist.nearby shouldBe false
    }

    test(
      "properties go before variables, those before files, and later files before earlier ones"
    ) {
      fun port(sources: Sources) = Configuration.of(sources).nodeOptions().build().port()
      fun files() =
        Sources.none()
          .text("base.conf", "weft.node.port = 1")
          .text("local.conf", "weft.node.port = 2")
      port(files()) shouldBe 2
      port(files().environment(mapOf("WEFT_NODE_PORT" to "3"))) shouldBe 3
      port(
        files()
          .environment(mapOf("WEFT_NODE_PORT" to "3"))
          .properties(mapOf("weft.node.port" to "4"))
      ) shouldBe 4
    }

    test(
      "a value that does not fit is refused with its file, line, key, itself and what is allowed"
    ) {
      refused("weft {\n  node {\n    port = http\n  }\n}") shouldBe
        listOf("shop.conf:3: weft.node.port is \"http\"; it must be a whole number from 0 to 65535")
      refused("weft.node.tick-time = soon") shouldBe
        listOf(
          "shop.conf:1: weft.node.tick-time is \"soon\"; it must be a time, such as 500ms, 10s or 5m"
        )
      refused("weft.dist.tls.name-check = maybe") shouldBe
        listOf(
          "shop.conf:1: weft.dist.tls.name-check is \"maybe\"; it must be none or if-named or required"
        )
      refused("weft.node.name = shop") shouldBe
        listOf(
          "shop.conf:1: weft.node.name cannot be used: a node is named name@host, not \"shop\""
        )
      refused("weft.dist.routes { \"a@b\" = nowhere }") shouldBe
        listOf("shop.conf:1: weft.dist.routes.a@b is \"nowhere\"; it must be host:port")
      refused("weft.node = 5") shouldBe listOf("shop.conf:1: weft.node must be a section, { ... }")
    }

    test("a variable or property that does not fit is named") {
      shouldThrow<ConfigurationException> {
          Configuration.of(Sources.none().environment(mapOf("WEFT_NODE_PORT" to "http")))
            .nodeOptions()
        }
        .message shouldBe
        "environment variable WEFT_NODE_PORT: weft.node.port is \"http\"; it must be a whole number from 0 to 65535"
      shouldThrow<ConfigurationException> {
          Configuration.of(Sources.none().properties(mapOf("weft.node.prot" to "1"))).nodeOptions()
        }
        .message shouldBe
        "system property weft.node.prot: weft.node.prot is not known; did you mean weft.node.port?"
    }

    test(
      "an unknown key is refused with the nearest known one, and all problems are told at once"
    ) {
      refused("weft {\n node { prot = 1 }\n dist { epdm = off\n zzzzzzz = 1 }\n loging { }\n}")
        .map { it.substringBefore("; known") } shouldContainExactlyInAnyOrder
        listOf(
          "shop.conf:2: weft.node.prot is not known; did you mean weft.node.port?",
          "shop.conf:3: weft.dist.epdm is not known; did you mean weft.dist.epmd?",
          "shop.conf:4: weft.dist.zzzzzzz is not known",
          "shop.conf:5: weft.loging is not known; did you mean weft.logging?",
        )
    }

    test("a secret is never shown") {
      refused("weft.node.cookie = [very, secret]").single() shouldNotContain "very"
    }

    test("a text that is no HOCON, and a file that is not there, are refused with the place") {
      shouldThrow<ConfigurationException> { Configuration.of(sources("weft {")) }
        .message shouldContain "shop.conf: 1"
      shouldThrow<ConfigurationException> {
          Sources.none().file(java.nio.file.Path.of("/none.conf"))
        }
        .message shouldBe "/none.conf cannot be read"
    }

    test("a file names its lines") {
      val file =
        tempdir().resolve("weft.conf").apply { writeText("weft {\n  node.port = http\n}\n") }
      shouldThrow<ConfigurationException> {
          Configuration.of(Sources.none().file(file.toPath())).nodeOptions()
        }
        .message shouldContain "weft.conf:2: weft.node.port"
    }

    test("a section of the program's own becomes a data class") {
      Configuration.of(sources()).read<ShopSettings>("shop") shouldBe
        ShopSettings("EUR", (8 * 60).minutes, listOf(Till("left"), Till("right", 2)), null)
      Configuration.of(sources().properties(mapOf("shop.currency" to "SEK")))
        .read<ShopSettings>("shop")
        .currency shouldBe "SEK"
    }

    test("what is missing, unknown or does not fit in such a section is told") {
      shouldThrow<ConfigurationException> {
          Configuration.of(
              sources("shop { curency = EUR\n tills = [{ name = a, drawers = many }] }")
            )
            .read<ShopSettings>("shop")
        }
        .problems shouldContainExactlyInAnyOrder
        listOf(
          "shop.conf:1: shop.currency is missing; it must be a text",
          "shop.conf:1: shop.curency is not known; did you mean shop.currency?",
          "shop.conf:2: shop.tills[0].drawers is \"many\"; it must be a whole number",
        )
    }

    test("an application has its section, and reads it as a class") {
      data class Bakery(val shelf: Int, val breads: List<String>)
      val configuration = Configuration.of(sources())
      configuration.readApplication<Bakery>("bakery") shouldBe Bakery(20, listOf("rye", "spelt"))
      val options = NodeOptions.builder(NodeOptions.local().name())
      configuration.nodeOptions().build().env().forEach { (name, values) ->
        options.env(name, values)
      }
      Node.start(options.build()).use { node ->
        val shelf = java.util.concurrent.CompletableFuture<Int>()
        val bakery =
          Application.define("bakery")
            .start { app ->
              shelf.complete(app.env("shelf", Int::class.javaObjectType).orElseThrow())
              Supervisor.define("bakery") {}
            }
            .build()
        Applications.of(node).ensureAllStarted(bakery, ApplicationType.TEMPORARY)
        shelf.join() shouldBe 20
      }
    }

    test("a configured node is on the network, and its handlers log with context") {
      val text =
        "weft { node { name = \"shop@127.0.0.1\", cookie = c, hidden = on }, dist.epmd = off, logging.context = on }"
      Configuration.of(sources(text)).startNode().use { node ->
        val asked =
          node.awaitStart(
            server<Ask>("asked") { call { _: Ask -> MDC.get("name") + " on " + MDC.get("node") } }
          )
        asked.call(Ask("who")) shouldBe "asked on shop@127.0.0.1"
        (checkNotNull(node.network()).port() > 0) shouldBe true
      }
    }
  })

data class Ask(val what: String) : Request<String>
