package io.weft.discovery

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.distOptions
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import java.net.InetAddress
import java.time.Duration

class MulticastDiscoverySpec :
  FunSpec({
    test("nodes of one network find and join each other without a server") {
      TcpWorld().use { world ->
        val options = distOptions {
          epmd(false)
          discovery {
            MulticastDiscovery(InetAddress.getLoopbackAddress(), "_wefttest._tcp.local.")
          }
          join(Duration.ofMillis(100))
        }
        val a = world.start("a", options)
        val b = world.start("b", options)
        awaited { a.dist.peers() == setOf(b.name()) && b.dist.peers() == setOf(a.name()) }
        a.dist.connection("b@127.0.0.1")?.peer shouldBe "b@127.0.0.1"
      }
    }
  })
