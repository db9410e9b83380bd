package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldEndWith
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.MemoryWorld
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.World
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeKind
import io.weft.node.NodeOptions
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import java.util.concurrent.TimeUnit.SECONDS

private val NO_NAME = Atom.of("nonode@nohost")

private fun World.guest() = startAs("undefined@127.0.0.1")

private fun Node.connect(peer: String) = dist.connect(peer).get(20, SECONDS)

/** Nodes that get their names from their peers: `erl -name undefined`. */
class DynamicNameSpec :
  FunSpec({
    test("it has no name, listens nowhere, and nobody knows it before it connects") {
      TcpWorld().use { world ->
        val guest = world.guest()
        guest.name() shouldBe NO_NAME
        guest.dist.ports.shouldBeEmpty()
        NodeOptions.builder("undefined@host").build().hidden() shouldBe true
        NodeOptions.builder("any@host").build().hidden() shouldBe false
      }
    }

    test("the first peer gives it a name and a creation, and to all others it goes by them") {
      MemoryWorld().use { world ->
        val first = world.start("first")
        val second = world.start("second")
        val guest = world.guest()
        guest.connect("first@first-host")
        val name = guest.name()
        name.name() shouldEndWith "@127.0.0.1"
        guest.connect("second@second-host")
        guest.name() shouldBe name
        awaited { second.peer(name) != null }
        first.peer(name)?.creation() shouldBe guest.creation()
        second.peer(name)?.creation() shouldBe guest.creation()
        listOf(first, second).forEach {
          it.nodes().shouldBeEmptyOf(name)
          it.nodes(NodeKind.HIDDEN) shouldContainExactly listOf(name)
        }
      }
    }

    test("of two connections that begin at once the second waits for the name of the first") {
      MemoryWorld().use { world ->
        val peers = listOf(world.start("first"), world.start("second"))
        val guest = world.guest()
        peers.map { guest.dist.connect(it.name().name()) }.forEach { it.get(20, SECONDS) }
        // who is connected with may hear of it a moment later
        peers.forEach { awaited { it.nodes(NodeKind.HIDDEN) == listOf(guest.name()) } }
      }
    }

    test("processes that began without a name stay who they are") {
      MemoryWorld().use { world ->
        val host = world.start("host")
        val guest = world.guest()
        val early = TermActor.start(guest, "early")
        val there = TermActor.start(host, "there")
        guest.connect("host@host-host")
        early.send("there", "host@host-host", early.pid)
        val seen = there.next() as Pid
        seen.node() shouldBe guest.name()
        seen.creation() shouldBe guest.creation()
        there.send(seen, Tuple.of(seen, Atom.of("hello")))
        early.next() shouldBe Tuple.of(early.pid, Atom.of("hello"))
        there.send("early", guest.name().name(), Atom.of("by_name"))
        early.next() shouldBe Atom.of("by_name")
        guest.isHere(early.pid) shouldBe true
        guest.isHere(seen) shouldBe true
      }
    }

    test("calls, links and monitors work both ways, and their references come back as they were") {
      MemoryWorld().use { world ->
        val host = world.start("host")
        val guest = world.guest()
        val here = TermActor.start(guest, "here")
        val there = TermActor.start(host, "there")
        guest.connect("host@host-host")
        val monitor = here.monitor("there", "host@host-host")
        val seen = there.also { here.send("there", "host@host-host", here.pid) }.next() as Pid
        val back = there.monitor(seen)
        there.send(seen, monitor)
        here.next() shouldBe monitor
        here.link(there.pid)
        here.send(there.pid, Atom.of("linked"))
        there.next() shouldBe Atom.of("linked")
        there.does { stop(ExitReason.of(Atom.of("done"))) }
        setOf(here.next(), here.next()) shouldBe
          setOf(
            Tuple.of(Atom.of("EXIT"), there.pid, Atom.of("done")),
            Tuple.of(
              Atom.of("DOWN"),
              monitor,
              Atom.of("process"),
              Tuple.of(Atom.of("there"), Atom.of("host@host-host")),
              Atom.of("done"),
            ),
          )
        back shouldNotBe monitor
      }
    }

    test("the name lasts as long as the connection that gave it, and others end with that") {
      MemoryWorld().use { world ->
        val first = world.start("first")
        val second = world.start("second")
        val guest = world.guest()
        val here = TermActor.start(guest)
        val there = TermActor.start(second)
        guest.connect("first@first-host")
        guest.connect("second@second-host")
        val name = guest.name()
        here.monitor(there.pid)
        first.network()!!.disconnect(name) shouldBe true
        (here.next() as Tuple).get(4) shouldBe Atom.of("noconnection")
        awaited { guest.name() == NO_NAME }
        guest.dist.peers().shouldBeEmpty()
        guest.connect("second@second-host")
        guest.name() shouldNotBe NO_NAME
        guest.name() shouldNotBe name
      }
    }

    test("the end of a connection that did not give the name leaves it") {
      MemoryWorld().use { world ->
        world.start("first")
        val second = world.start("second")
        val guest = world.guest()
        guest.connect("first@first-host")
        guest.connect("second@second-host")
        val name = guest.name()
        second.network()!!.disconnect(name)
        awaited { guest.dist.peers().size == 1 }
        guest.name() shouldBe name
      }
    }

    test("a peer that cannot be reached gives no name, and the next one is asked") {
      MemoryWorld().use { world ->
        world.start("host")
        val guest = world.guest()
        val nobody = guest.dist.connect("nobody@nobody-host")
        guest.connect("host@host-host")
        nobody.isCompletedExceptionally || nobody.handle { _, why -> why != null }.get(20, SECONDS)
        guest.name() shouldNotBe NO_NAME
      }
    }

    context("of Erlang").config(enabled = ErlangNode.isInstalled) {
      test("a node gets its name, is hidden, is called back, and is named anew after the end") {
        TcpWorld().use { world ->
          val guest = world.guest()
          val here = TermActor.start(guest, "here")
          val erl = "erlang@127.0.0.1"
          ErlangNode.start(erl, COOKIE, world.epmdPort).use { erlang ->
            guest.connect(erl)
            val name = guest.name()
            erlang.eval("nodes(hidden)") shouldBe Term.parse("['${name.name()}']")
            erlang.eval("nodes()") shouldBe Term.parse("[]")
            val echo =
              erlang.eval(
                "spawn(fun F() -> receive {From, M} -> From ! {self(), node(From), M, From}, F() end end)"
              ) as Pid
            here.send(echo, Tuple.of(here.pid, Atom.of("hello")))
            here.next() shouldBe Tuple.of(echo, name, Atom.of("hello"), here.pid)
            erlang.eval("net_adm:ping('${name.name()}')") shouldBe Atom.of("pong")
            erlang.eval("rpc:call('${name.name()}', erlang, node, [])") shouldBe name
            erlang.eval("{here, '${name.name()}'} ! hello") shouldBe Atom.of("hello")
            here.next() shouldBe Atom.of("hello")
            guest.network()!!.disconnect(erlang.atom) shouldBe true
            awaited { guest.name() == NO_NAME }
            awaited { erlang.eval("nodes(connected)") == Term.parse("[]") }
            val creation = guest.creation()
            guest.connect(erl)
            guest.name() shouldBe name // OTP gives it again, with another creation
            guest.creation() shouldNotBe creation
            here.send(echo, Tuple.of(here.pid, Atom.of("again")))
            here.next() shouldBe Tuple.of(echo, name, Atom.of("again"), here.pid)
          }
        }
      }

      test("an OTP node that the namer knows is reached under the given name too") {
        TcpWorld().use { world ->
          val guest = world.guest()
          ErlangNode.start("one@127.0.0.1", COOKIE, world.epmdPort).use { one ->
            ErlangNode.start("two@127.0.0.1", COOKIE, world.epmdPort).use { two ->
              guest.connect("one@127.0.0.1")
              guest.connect("two@127.0.0.1")
              val name = guest.name()
              listOf(one, two).forEach {
                it.eval("nodes(hidden)") shouldBe Term.parse("['${name.name()}']")
              }
              one.kill()
              awaited { two.eval("nodes(hidden)") == Term.parse("[]") }
              awaited { guest.name() == NO_NAME } // its peers may see it go first
            }
          }
        }
      }
    }
  })

private fun Collection<Atom>.shouldBeEmptyOf(name: Atom) = (name in this) shouldBe false
