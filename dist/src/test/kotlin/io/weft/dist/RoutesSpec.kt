package io.weft.dist

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Node
import io.weft.node.NodeStartException
import io.weft.term.Atom
import io.weft.term.Tuple
import java.net.InetAddress
import java.net.ServerSocket
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit

/**
 * Which peers a node reaches where, by TCP, whom it lets in, and what it says of its connections.
 */
class RoutesSpec :
  FunSpec({
    test("a route leads to a node that no EPMD knows") {
      TcpWorld().use { world ->
        val b = world.start("b", distOptions { epmd(false) })
        val a =
          world.start(
            "a",
            distOptions { epmd(false).route("b@127.0.0.1", "127.0.0.1", b.dist.port()) },
          )
        a.dist.connect("b@127.0.0.1").get(30, TimeUnit.SECONDS).peer shouldBe "b@127.0.0.1"
        awaited { b.dist.peers() == setOf(a.name()) }
      }
    }

    test("without EPMD a node that no route leads to is told to be unknown") {
      TcpWorld().use { world ->
        val a = world.start("a", distOptions { epmd(false) })
        world.start("b")
        a.failsToReach("b@127.0.0.1") shouldContain "EPMD is not asked"
      }
    }

    test("a node is reached at every address that it listens at") {
      TcpWorld().use { world ->
        val second = freePort("127.0.0.3")
        val b = world.start("b", distOptions { listen("127.0.0.3", second) })
        b.dist.ports shouldBe listOf(b.dist.port(), second)
        val a =
          world.start("a", distOptions { nearby(false).route("b@127.0.0.1", "127.0.0.3", second) })
        a.reaches("b@127.0.0.1").remote shouldBe "127.0.0.3:$second"
      }
    }

    test("an address that is not of this machine is refused at the start") {
      TcpWorld().use { world ->
        shouldThrow<NodeStartException> {
            world.start("a", distOptions { listen("192.0.2.1", 4711) })
          }
          .message shouldContain "cannot listen"
      }
    }

    test("erlang:set_cookie/2: two nodes may share a cookie of their own") {
      TcpWorld().use { world ->
        val b = world.start("b", distOptions { cookie("a@127.0.0.1", "between us") })
        val a = world.start("a")
        val c = world.start("c")
        a.failsToReach("b@127.0.0.1") shouldContain "cookie"
        a.dist.setCookie("b@127.0.0.1", "between us")
        a.reaches("b@127.0.0.1")
        c.reaches("b@127.0.0.1")
        a.dist.disconnect(b.name())
        awaited { a.name() !in b.dist.peers() }
        b.reaches("a@127.0.0.1")
      }
    }

    test("net_kernel:allow/1: once nodes are listed no others are connected with, either way") {
      TcpWorld().use { world ->
        val strict = world.start("strict", distOptions { allow("friend@127.0.0.1") })
        val friend = world.start("friend")
        val other = world.start("other")
        friend.reaches("strict@127.0.0.1")
        other.failsToReach("strict@127.0.0.1") shouldContain "does not allow"
        strict.failsToReach("other@127.0.0.1") shouldContain "not among the nodes that are allowed"
        world.log.lines
          .filter { "'other@127.0.0.1', during its handshake: it is not among" in it }
          .shouldHaveSize(1)
        strict.dist.allow(listOf("127.0.0.1"))
        other.reaches("strict@127.0.0.1")
      }
    }

    test("what is known of a connection is told as long as it is up") {
      TcpWorld().use { world ->
        val b = world.start("b") { hidden(false) }
        val a = world.start("a", distOptions { nearby(false) }) { hidden(false) }
        a.dist.connection("b@127.0.0.1") shouldBe null
        val connected = a.reaches("b@127.0.0.1")
        connected shouldBe
          PeerConnection("b@127.0.0.1", "127.0.0.1:${b.dist.port()}", null, hidden = false)
        a.dist.connection("b@127.0.0.1") shouldBe connected
        a.reaches("b@127.0.0.1") shouldBe connected
        a.dist.disconnect(b.name()) shouldBe true
        a.dist.connection("b@127.0.0.1") shouldBe null
      }
    }

    test("a connection that fails says why") {
      TcpWorld().use { world ->
        val a = world.start("a")
        a.failsToReach("nobody@127.0.0.1") shouldContain "has no node nobody"
        a.failsToReach("x@no-such-host.invalid") shouldContain "not known"
        a.failsToReach("nonsense") shouldContain "name@host"
        a.failsToReach("a@127.0.0.1") // itself
        a.dist.peers().shouldBeEmpty()
      }
    }

    test("a node that stops ends the attempts of others to wait for it") {
      TcpWorld().use { world ->
        val a = world.start("a")
        val silent = ServerSocket(0, 10, InetAddress.getLoopbackAddress())
        silent.use {
          val b =
            world.start("b", distOptions { route("s@127.0.0.1", "127.0.0.1", silent.localPort) })
          val attempt = b.dist.connect("s@127.0.0.1")
          silent.accept()
          b.close()
          shouldThrow<ExecutionException> { attempt.get(30, TimeUnit.SECONDS) }
        }
        a.dist.peers().shouldBeEmpty()
      }
    }

    test("nodes at addresses of version 6 find each other") {
      TcpWorld().use { world ->
        val b = world.startAs("b@::1")
        val a = world.startAs("a@::1", distOptions { nearby(false) })
        a.reaches("b@::1").remote shouldBe "[0:0:0:0:0:0:0:1]:${b.dist.port()}"
        val actor = TermActor.start(a)
        actor.monitor("nobody", "b@::1")
        (actor.next() as Tuple).get(4) shouldBe Atom.of("noproc")
      }
    }
  })

private fun Node.reaches(peer: String): PeerConnection =
  dist.connect(peer).get(30, TimeUnit.SECONDS)

private fun Node.failsToReach(peer: String): String =
  (shouldThrow<ExecutionException> { dist.connect(peer).get(30, TimeUnit.SECONDS) }.cause
      as NotConnectedException)
    .message
    .orEmpty()

private fun freePort(address: String): Int =
  ServerSocket(0, 1, InetAddress.ofLiteral(address)).use { it.localPort }
