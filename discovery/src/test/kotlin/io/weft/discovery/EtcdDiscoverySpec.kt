package io.weft.discovery

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.Condition
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.Spec
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.discovery.NodeLocation
import io.weft.dist.discovery.SelfNode
import io.weft.dist.distOptions
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.NodeStartException
import io.weft.runtime.Seams
import java.io.File
import java.net.ServerSocket
import java.nio.file.Files
import java.time.Duration
import kotlin.reflect.KClass

/** Lets a spec run only where there is etcd; Debian has it as etcd-server. */
class EtcdInstalled : Condition {
  override fun evaluate(kclass: KClass<out Spec>): Boolean =
    System.getenv("PATH").split(File.pathSeparator).any { File(it, "etcd").canExecute() }
}

@EnabledIf(EtcdInstalled::class)
class EtcdDiscoverySpec :
  FunSpec({
    test("nodes write themselves down, find each other, and leave nothing when they stop") {
      Etcd.start().use { etcd ->
        val watching = EtcdDiscovery(etcd.endpoint)
        TcpWorld().use { world ->
          val options = distOptions {
            epmd(false).discovery { EtcdDiscovery(etcd.endpoint) }.join(Duration.ofMillis(50))
          }
          val a = world.start("a", options)
          val b = world.start("b", options)
          awaited { a.dist.peers() == setOf(b.name()) && b.dist.peers() == setOf(a.name()) }
          watching.nodes() shouldBe setOf("a@127.0.0.1", "b@127.0.0.1")
          watching.locate("b@127.0.0.1") shouldBe NodeLocation("127.0.0.1", b.dist.port())
          watching.locate("c@127.0.0.1") shouldBe null
        }
        watching.nodes().shouldBeEmpty()
        watching.close()
      }
    }

    test("a node stays written down beyond its lease, also when etcd has lost it") {
      Etcd.start().use { etcd ->
        Seams.system().use { seams ->
          EtcdDiscovery(etcd.endpoint, lease = Duration.ofSeconds(2)).use { kept ->
            kept.open(SelfNode("a@10.0.0.1", 4711, seams))
            kept.nodes() shouldBe setOf("a@10.0.0.1")
            etcd.forget()
            kept.nodes().shouldBeEmpty()
            awaited { kept.nodes() == setOf("a@10.0.0.1") }
          }
        }
      }
    }

    test("a node whose etcd does not answer does not start, and says why") {
      val port = ServerSocket(0).use { it.localPort }
      TcpWorld().use { world ->
        shouldThrow<NodeStartException> {
            world.start("a", distOptions { discovery { EtcdDiscovery("http://127.0.0.1:$port") } })
          }
          .message shouldContain "etcd at http://127.0.0.1:$port"
      }
    }
  })

/** etcd on the loopback address, its data in a directory of its own. */
private class Etcd(val endpoint: String, private val process: Process, private val data: File) :
  AutoCloseable {
  /** Revokes every lease, as if they had run out. */
  fun forget() {
    val http = java.net.http.HttpClient.newHttpClient()
    fun post(path: String, body: String): String =
      http
        .send(
          java.net.http.HttpRequest.newBuilder(java.net.URI.create("$endpoint/v3/$path"))
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body))
            .build(),
          java.net.http.HttpResponse.BodyHandlers.ofString(),
        )
        .body()
    val leases = post("lease/leases", "{}")
    Regex(""""ID":"(\d+)"""").findAll(leases).forEach {
      post("lease/revoke", """{"ID":"${it.groupValues[1]}"}""")
    }
  }

  override fun close() {
    process.destroyForcibly().waitFor()
    data.deleteRecursively()
  }

  companion object {
    fun start(): Etcd {
      val (client, peer) = List(2) { ServerSocket(0).use { it.localPort } }
      val data = Files.createTempDirectory("weft-etcd").toFile()
      val process =
        ProcessBuilder(
            "etcd",
            "--data-dir",
            data.path,
            "--listen-client-urls",
            "http://127.0.0.1:$client",
            "--advertise-client-urls",
            "http://127.0.0.1:$client",
            "--listen-peer-urls",
            "http://127.0.0.1:$peer",
            "--initial-advertise-peer-urls",
            "http://127.0.0.1:$peer",
            "--initial-cluster",
            "default=http://127.0.0.1:$peer",
          )
          .redirectErrorStream(true)
          .start()
      val output = process.inputReader()
      check(generateSequence(output::readLine).any { "ready to serve client requests" in it }) {
        "etcd ended"
      }
      Thread.ofVirtual().start { output.forEachLine { /* it stops when nobody takes it */ } }
      return Etcd("http://127.0.0.1:$client", process, data)
    }
  }
}
