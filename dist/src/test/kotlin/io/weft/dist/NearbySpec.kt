package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Node
import io.weft.term.IntTerm
import java.util.concurrent.TimeUnit

/** Nodes of one machine go the short way, where there is one. */
class NearbySpec :
  FunSpec({
    test("two nodes of one machine talk over a Unix socket") {
      TcpWorld().use { world ->
        val a = world.start("a")
        val b = world.start("b")
        a.remoteOf(b) shouldContain "Unix socket"
        awaited { b.dist.peers() == setOf(a.name()) }
        b.remoteOf(a) shouldContain "Unix socket"
        val receiver = TermActor.start(b, "receiver")
        TermActor.start(a).send("receiver", b.name().name(), IntTerm(1))
        receiver.next() shouldBe IntTerm(1)
      }
    }

    test("a node that wants TCP of its peers gets it, whoever connects") {
      TcpWorld().use { world ->
        val a = world.start("a", distOptions { nearby(false) })
        val b = world.start("b")
        val c = world.start("c")
        a.remoteOf(b) shouldNotContain "Unix socket"
        c.remoteOf(a) shouldNotContain "Unix socket"
        c.remoteOf(b) shouldContain "Unix socket"
      }
    }

    test("the end of a node is told at once") {
      TcpWorld().use { world ->
        val a = world.start("a")
        val b = world.start("b")
        a.remoteOf(b)
        b.close()
        awaited { a.dist.peers().isEmpty() }
      }
    }
  })

private fun Node.remoteOf(peer: Node): String =
  dist.connect(peer.name().name()).get(30, TimeUnit.SECONDS).remote
