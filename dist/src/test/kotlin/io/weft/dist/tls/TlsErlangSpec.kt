package io.weft.dist.tls

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.TlsFiles
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Node
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.Pid
import io.weft.term.Tuple
import java.time.Duration

private const val ERLANG = "erlang@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"

/** Section 6.8: connections inside TLS with a real node run with `-proto_dist inet_tls`. */
@EnabledIf(ErlangInstalled::class)
class TlsErlangSpec :
  FunSpec({
    class Scene : AutoCloseable {
      val world = TcpWorld()
      val files = TlsFiles()

      init {
        files.issue("weft", WEFT)
        files.issue("erlang", ERLANG)
      }

      fun weft(configure: TlsOptions.Builder.() -> Unit = {}) =
        world.start("weft", files.options("weft", configure))

      fun erlang(arguments: List<String>) =
        ErlangNode.start(ERLANG, COOKIE, world.epmdPort, arguments = arguments)

      override fun close() {
        world.close()
        files.close()
      }
    }

    fun Node.pings(node: String) =
      Weft.callTerm(address("net_kernel", node), Tuple.of(Atom.of("is_auth"), name()), LONG)

    for (version in listOf("1.2", "1.3")) {
      test(
        "both connect to each other by TLS $version, each with a certificate that the other checks"
      ) {
        Scene().use { scene ->
          val node = scene.weft()
          val there = TermActor.start(node, "there")
          scene.erlang(scene.files.erlang("erlang", "tlsv$version")).use { erlang ->
            erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
            scene.world.log.lines.last { "connected with" in it } shouldContain "TLSv$version"
            erlang.eval("erlang:disconnect_node('$WEFT')") shouldBe Atom.of("true")
            awaited { node.dist.peers().isEmpty() }

            node.pings(ERLANG) shouldBe Atom.of("yes")
            erlang.eval("length(nodes(connected))") shouldBe IntTerm(1)
            node.dist.disconnect(Atom.of(ERLANG)) shouldBe true

            val echo = erlang.startEcho()
            val large = Binary.wrap(ByteArray(3_000_000) { it.toByte() })
            there.send(echo, Tuple.of(there.pid, large))
            there.next() shouldBe large
            repeat(1000) { there.send(echo, Tuple.of(there.pid, IntTerm(it.toLong()))) }
            repeat(1000) { there.next() shouldBe IntTerm(it.toLong()) }
          }
        }
      }
    }

    test("an OTP node with its defaults, TLS 1.2, is spoken to without a word about versions") {
      Scene().use { scene ->
        val node = scene.weft()
        scene.erlang(scene.files.erlang("erlang")).use { erlang ->
          erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
          node.dist.peers() shouldBe setOf(Atom.of(ERLANG))
        }
      }
    }

    test("certificates signed by themselves do for nodes that trust anyone") {
      Scene().use { scene ->
        val node = scene.weft {
          identity(TlsIdentity.selfSigned())
          trust(TlsTrust.anyone())
        }
        scene.erlang(scene.files.erlang("erlang", checks = false)).use { erlang ->
          erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
          erlang.eval("erlang:disconnect_node('$WEFT')")
          awaited { node.dist.peers().isEmpty() }
          node.pings(ERLANG) shouldBe Atom.of("yes")
        }
      }
    }

    test("neither side accepts a certificate of an authority that it does not know") {
      Scene().use { scene ->
        val other = CertificateAuthority.create("Somebody else", java.time.Instant.now())
        scene.files.issue("weft", WEFT, other)
        val node = scene.weft()
        scene.erlang(scene.files.erlang("erlang", "tlsv1.3")).use { erlang ->
          erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pang")
          TermActor.start(node).run {
            monitor("init", ERLANG)
            (next() as Tuple).get(4) shouldBe Atom.of("noconnection")
          }
          scene.world.log.lines.filter { "connected with" in it }.shouldBeEmpty()
          awaited { scene.world.log.lines.any { "unknown_ca" in it && "trust this node's" in it } }
        }
      }
    }

    test(
      "an Erlang node whose certificate is for another node is not let in, and is not taken for it"
    ) {
      Scene().use { scene ->
        scene.files.issue("erlang", "mallory@127.0.0.1")
        val node = scene.weft()
        scene.erlang(scene.files.erlang("erlang", "tlsv1.3")).use { erlang ->
          erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pang")
          TermActor.start(node).run {
            monitor("init", ERLANG)
            (next() as Tuple).get(4) shouldBe Atom.of("noconnection")
          }
          awaited { scene.world.log.lines.count { "not for '$ERLANG' but for" in it } == 2 }
        }
      }
    }

    test("a Weft node without TLS and an Erlang node with it tell each other apart from the dead") {
      Scene().use { scene ->
        val node = scene.world.start("weft")
        scene.erlang(scene.files.erlang("erlang")).use { erlang ->
          erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pang")
          awaited { scene.world.log.lines.any { "it speaks TLS, and this node does not" in it } }
          node.dist.peers().shouldBeEmpty()
        }
      }
    }

    test("a renegotiation that OTP asks for in the middle of traffic loses nothing") {
      Scene().use { scene ->
        val node = scene.weft()
        val here = TermActor.start(node, "here")
        scene
          .erlang(scene.files.erlang("erlang", "tlsv1.2", options = ", {renegotiate_at, 300}"))
          .use { erlang ->
            val echo = erlang.startEcho()
            repeat(1000) {
              here.send(echo, Tuple.of(here.pid, IntTerm(it.toLong())))
              here.next() shouldBe IntTerm(it.toLong())
            }
            scene.world.log.lines.filter { "connected with" in it }.size shouldBe 1
          }
      }
    }

    test("an update of keys that OTP asks for in the middle of traffic loses nothing") {
      Scene().use { scene ->
        val node = scene.weft()
        val here = TermActor.start(node, "here")
        scene
          .erlang(scene.files.erlang("erlang", "tlsv1.3", options = ", {key_update_at, 20000}"))
          .use { erlang ->
            val echo = erlang.startEcho()
            val large = Binary.wrap(ByteArray(30_000) { it.toByte() })
            repeat(100) {
              here.send(echo, Tuple.of(here.pid, large))
              here.next() shouldBe large
            }
            scene.world.log.lines.filter { "connected with" in it }.size shouldBe 1
          }
      }
    }
  })

private val LONG: Duration = Duration.ofSeconds(30)

private fun ErlangNode.startEcho() =
  eval("spawn(fun Loop() -> receive {From, Term} -> From ! Term, Loop() end end)") as Pid
