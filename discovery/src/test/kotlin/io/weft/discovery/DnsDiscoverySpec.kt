package io.weft.discovery

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.discovery.NodeLocation
import io.weft.dist.distOptions
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.time.Duration
import org.xbill.DNS.AAAARecord
import org.xbill.DNS.ARecord
import org.xbill.DNS.DClass
import org.xbill.DNS.Name
import org.xbill.DNS.SRVRecord

class DnsDiscoverySpec :
  FunSpec({
    val domain = Name.fromString("shop.example.")

    fun a(address: String) = ARecord(domain, DClass.IN, 0, InetAddress.getByName(address))

    test("the addresses of a headless service are nodes at a port that all share") {
      LoopbackDns().use { dns ->
        dns.records += a("10.0.0.1")
        dns.records += a("10.0.0.2")
        dns.records += AAAARecord(domain, DClass.IN, 0, InetAddress.getByName("fd00::7"))
        val found = DnsDiscovery.addresses("shop.example", "shop", 4711, dns.address)
        found.nodes() shouldBe setOf("shop@10.0.0.1", "shop@10.0.0.2", "shop@fd00:0:0:0:0:0:0:7")
        found.locate("shop@10.0.0.2") shouldBe NodeLocation("10.0.0.2", 4711)
        found.locate("shop@10.0.0.3") shouldBe null
        found.locate("till@10.0.0.2") shouldBe null
      }
    }

    test("without a port the place of a node is left to EPMD") {
      LoopbackDns().use { dns ->
        dns.records += a("10.0.0.1")
        val found = DnsDiscovery.addresses("shop.example", "shop", server = dns.address)
        found.nodes() shouldBe setOf("shop@10.0.0.1")
        found.locate("shop@10.0.0.1") shouldBe null
      }
    }

    test("the services of a domain are nodes with their own ports") {
      LoopbackDns().use { dns ->
        val service = Name.fromString("_weft._tcp.shop.example.")
        fun srv(port: Int, target: String) =
          SRVRecord(service, DClass.IN, 0, 0, 0, port, Name.fromString(target))
        dns.records += srv(4711, "one.shop.example.")
        dns.records += srv(4712, "two.shop.example.")
        val found = DnsDiscovery.services("_weft._tcp.shop.example", "shop", dns.address)
        found.nodes() shouldBe setOf("shop@one.shop.example", "shop@two.shop.example")
        found.locate("shop@two.shop.example") shouldBe NodeLocation("two.shop.example", 4712)
      }
    }

    test(
      "a name that DNS does not have is a cluster of nobody; a server that is silent is a failure"
    ) {
      val gone = LoopbackDns()
      gone.use { dns ->
        DnsDiscovery.addresses("other.example", "shop", 1, dns.address).nodes().shouldBeEmpty()
      }
      shouldThrow<IOException> {
          DnsDiscovery.addresses("shop.example", "shop", 1, gone.address).nodes()
        }
        .message shouldContain "shop.example"
    }

    test("nodes that DNS tells of are joined, and those that come later") {
      LoopbackDns().use { dns ->
        TcpWorld().use { world ->
          val port = ServerSocket(0, 1, InetAddress.getByName("127.0.0.2")).use { it.localPort }
          val options = distOptions {
            epmd(false)
            discovery { DnsDiscovery.addresses("shop.example", "shop", port, dns.address) }
            join(Duration.ofMillis(50))
          }
          val one = world.startAs("shop@127.0.0.1", options) { port(port) }
          val two = world.startAs("shop@127.0.0.2", options) { port(port) }
          dns.records += a("127.0.0.1")
          dns.records += a("127.0.0.2")
          awaited { one.dist.peers() == setOf(two.name()) && two.dist.peers() == setOf(one.name()) }
        }
      }
    }
  })
