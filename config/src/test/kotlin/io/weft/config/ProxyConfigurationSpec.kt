package io.weft.config

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.DistNetworkProvider
import io.weft.dist.DistOptions
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.codecOf
import io.weft.kotlin.server
import io.weft.node.CallException
import io.weft.node.Node
import io.weft.node.Request
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import kotlinx.serialization.Serializable

@Serializable internal data class Echo(val text: String) : Request<String>

internal val echo = server<Echo>("echo") { call { q: Echo -> q.text } }.named("echo")

/** Starts a node of a file that tells its name, and no more of the node. */
internal fun started(name: String, dist: String): Node =
  Configuration.of(
      Sources.none()
        .text(
          "$name.conf",
          "weft { node { name = \"$name\", cookie = c, hidden = on }, dist { epmd = off, $dist } }",
        )
    )
    .startNode()

internal fun Node.port(): Int = checkNotNull(network()).port()

internal suspend fun closing(vararg nodes: Node) =
  withContext(Dispatchers.IO) { nodes.forEach { it.close() } }

internal suspend fun Node.echoOf(name: String): String =
  address("echo", name, codecOf<Echo>()).call(Echo("there"), 10.seconds)

private fun dist(text: String): DistOptions {
  val configured = Configuration.of(Sources.none().text("x.conf", text)).nodeOptions().build()
  return (configured.networkProvider() as DistNetworkProvider).dist
}

/** What the keys of `weft.dist.proxy` do. */
class ProxyConfigurationSpec :
  FunSpec({
    test("routes, transit, accept and cookies lead through another node, and only as they say") {
      val c =
        started(
          "c@127.0.0.1",
          """proxy { accept = [{ from = "a@127.0.0.1", through = "b@127.0.0.1" }, { from = "d@*", through = "*" }]
             cookies { "a@127.0.0.1" = ours, "d@127.0.0.1" = ours } }""",
        )
      val b =
        started(
          "b@127.0.0.1",
          """routes { "c@127.0.0.1" = "127.0.0.1:${c.port()}" }
             proxy { transit = [{ from = "*@127.0.0.1", to = "c@127.0.0.1" }] }""",
        )
      fun client(name: String, proxy: String) =
        started(name, "routes { \"b@127.0.0.1\" = \"127.0.0.1:${b.port()}\" }, $proxy")
      val through = "routes { \"c@127.0.0.1\" = [\"b@127.0.0.1\"] }"
      val a = client("a@127.0.0.1", "proxy { $through, cookies { \"c@127.0.0.1\" = ours } }")
      val unaccepted = client("e@127.0.0.1", "proxy { $through }")
      val otherCookie =
        client("d@127.0.0.1", "proxy { $through, cookies { \"c@127.0.0.1\" = theirs } }")
      val withoutRoute = client("f@127.0.0.1", "proxy { }")
      try {
        c.awaitStart(echo)
        a.echoOf("c@127.0.0.1") shouldBe "there"
        for (refused in listOf(unaccepted, otherCookie, withoutRoute)) {
          shouldThrow<CallException> { refused.echoOf("c@127.0.0.1") }
            .reason()
            .toString() shouldContain "nodedown"
        }
      } finally {
        closing(a, unaccepted, otherCookie, withoutRoute, b, c)
      }
    }

    test("without a transit nothing is passed on") {
      val c = started("c@127.0.0.1", "proxy { accept = [{ from = \"*\", through = \"*\" }] }")
      val b =
        started("b@127.0.0.1", "routes { \"c@127.0.0.1\" = \"127.0.0.1:${c.port()}\" }, proxy { }")
      val a =
        started(
          "a@127.0.0.1",
          """routes { "b@127.0.0.1" = "127.0.0.1:${b.port()}" }
             proxy { routes { "c@127.0.0.1" = ["b@127.0.0.1"] } }""",
        )
      try {
        c.awaitStart(echo)
        shouldThrow<CallException> { a.echoOf("c@127.0.0.1") }
      } finally {
        closing(a, b, c)
      }
    }

    test("the limits are those of the options") {
      val text =
        """weft { node.name = "a@127.0.0.1"
           dist.proxy { max-hops = 5, max-tunnels = 7, max-tunnels-per-connection = 3, window = 2KiB } }"""
      val proxy = checkNotNull(dist(text).proxy)
      proxy.maxHops shouldBe 5
      proxy.maxTunnels shouldBe 7
      proxy.maxTunnelsPerConnection shouldBe 3
      proxy.windowBytes shouldBe 2048
    }

    test("what does not fit is refused with its key") {
      fun refusal(proxy: String) =
        shouldThrow<ConfigurationException> {
            dist("weft { node.name = \"a@h\", dist.proxy { $proxy } }")
          }
          .problems
          .single()
      refusal("max-hops = 99") shouldContain "weft.dist.proxy.max-hops"
      refusal("window = 1") shouldContain "weft.dist.proxy.window"
      refusal("routes { \"c@h\" = [nowhere] }") shouldContain "nowhere is no name of a node"
      refusal("transit = [{ from = \"a@h\" }]") shouldContain
        "weft.dist.proxy.transit[0].to is missing; it must be a node or a pattern"
      refusal("accept = { from = \"a@h\" }") shouldContain
        "weft.dist.proxy.accept must be a list of sections"
    }
  })
