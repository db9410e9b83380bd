package io.weft.config

import com.sun.net.httpserver.HttpServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.discovery.LoopbackDns
import io.weft.dist.DistNetwork
import io.weft.kotlin.awaitStart
import io.weft.node.Node
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.Base64
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.xbill.DNS.ARecord
import org.xbill.DNS.DClass
import org.xbill.DNS.Name
import org.xbill.DNS.SRVRecord

private suspend fun awaited(condition: () -> Boolean) =
  withContext(Dispatchers.Default) { withTimeout(30.seconds) { while (!condition()) yield() } }

private infix fun Node.isConnectedWith(other: Node) = other.name() in DistNetwork.of(this).peers()

/** What the keys of `weft.dist.discovery` do. */
class DiscoveryConfigurationSpec :
  FunSpec({
    fun refusal(discovery: String) =
      shouldThrow<ConfigurationException> {
          Configuration.of(
              Sources.none()
                .text("x.conf", "weft { node.name = \"a@h\", dist.discovery { $discovery } }")
            )
            .nodeOptions()
        }
        .problems
        .single()

    test("dns.addresses, short-name, port and server: nodes at the addresses of a domain") {
      LoopbackDns().use { dns ->
        val domain = Name.fromString("shop.example.")
        dns.records += ARecord(domain, DClass.IN, 0, InetAddress.getByName("127.0.0.1"))
        val shop = started("shop@127.0.0.1", "")
        val client =
          started(
            "client@127.0.0.1",
            """discovery.dns { addresses = shop.example, short-name = shop, port = ${shop.port()}
               server = "127.0.0.1:${dns.address.port}" }""",
          )
        try {
          shop.awaitStart(echo)
          client.echoOf("shop@127.0.0.1") shouldBe "there"
        } finally {
          closing(client, shop)
        }
      }
    }

    test("dns.services: nodes with their own ports; join-every connects them unasked") {
      LoopbackDns().use { dns ->
        val shop = started("shop@localhost", "")
        val service = Name.fromString("_weft._tcp.shop.example.")
        dns.records +=
          SRVRecord(service, DClass.IN, 0, 0, 0, shop.port(), Name.fromString("localhost."))
        val client =
          started(
            "client@127.0.0.1",
            """join-every = 50ms
               discovery.dns { services = _weft._tcp.shop.example, short-name = shop
               server = "127.0.0.1:${dns.address.port}" }""",
          )
        try {
          awaited { client isConnectedWith shop }
        } finally {
          closing(client, shop)
        }
      }
    }

    test("multicast.type and address: nodes of one type find each other, others do not") {
      fun node(name: String, type: String) =
        started(
          name,
          "join-every = 100ms, discovery.multicast { address = 127.0.0.1, type = \"$type\" }",
        )
      val one = node("one@127.0.0.1", "_weftconfig._tcp.local.")
      val two = node("two@127.0.0.1", "_weftconfig._tcp.local.")
      val other = node("other@127.0.0.1", "_weftother._tcp.local.")
      try {
        awaited { one isConnectedWith two }
        (one isConnectedWith other) shouldBe false
      } finally {
        closing(one, two, other)
      }
    }

    test("etcd.endpoint, prefix, host and lease: what is written down there") {
      EtcdWords().use { etcd ->
        val node =
          started(
            "shop@127.0.0.1",
            """discovery.etcd { endpoint = "${etcd.endpoint}", prefix = "/ours/", host = shop.example, lease = 7s }""",
          )
        val port = node.port()
        closing(node)
        etcd.said shouldContain "lease/grant {\"TTL\":7}"
        etcd.said shouldContain
          "kv/put {\"key\":\"${base64("/ours/shop@127.0.0.1")}\",\"value\":\"${base64("shop.example:$port")}\",\"lease\":\"5\"}"
      }
    }

    test("what is missing or does not fit is refused with its key") {
      refusal("dns { addresses = x }") shouldContain
        "weft.dist.discovery.dns.short-name is missing; it must be what nodes are called before the @"
      refusal("dns { short-name = x }") shouldContain
        "weft.dist.discovery.dns.addresses is missing; it must be a domain; or services"
      refusal("dns { short-name = x, addresses = y, port = 0 }") shouldContain
        "weft.dist.discovery.dns.port"
      refusal("multicast { address = nowhere }") shouldContain
        "weft.dist.discovery.multicast.address is \"nowhere\"; it must be an address, such as 10.0.0.7"
      refusal("etcd { }") shouldContain
        "weft.dist.discovery.etcd.endpoint is missing; it must be a URL"
      refusal("etcd { endpoint = \"http://h\", lease = 1s }") shouldContain "a lease is at least"
      refusal("etdc { }") shouldContain "did you mean weft.dist.discovery.etcd?"
    }
  })

private fun base64(text: String) = Base64.getEncoder().encodeToString(text.encodeToByteArray())

/** Answers as etcd does, and remembers what it was told. */
private class EtcdWords : AutoCloseable {
  val said = CopyOnWriteArrayList<String>()
  private val http = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
  val endpoint: String
    get() = "http://127.0.0.1:${http.address.port}"

  init {
    http.createContext("/v3/") { asked ->
      val body = asked.requestBody.readAllBytes().decodeToString()
      said += "${asked.requestURI.path.removePrefix("/v3/")} $body"
      val answer = "{\"ID\":\"5\"}".encodeToByteArray()
      asked.sendResponseHeaders(200, answer.size.toLong())
      asked.responseBody.use { it.write(answer) }
    }
    http.start()
  }

  override fun close() = http.stop(0)
}
