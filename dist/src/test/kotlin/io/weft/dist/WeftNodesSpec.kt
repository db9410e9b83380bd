package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.scopes.FunSpecContainerScope
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.weft.dist.testing.MemoryWorld
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.World
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Node
import io.weft.node.NodeStartException
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration
import kotlin.random.Random

/** Two Weft nodes, over TCP and in memory. */
class WeftNodesSpec :
  FunSpec({
    context("over TCP") { talk(::TcpWorld) }
    context("in memory") { talk(::MemoryWorld) }
  })

private suspend fun FunSpecContainerScope.talk(newWorld: () -> World) {
  /** Hidden, so that nothing connects them but what a test does. */
  suspend fun pair(use: suspend World.(a: Node, b: Node) -> Unit) =
    newWorld().use { world ->
      world.use(world.start("a") { hidden(true) }, world.start("b") { hidden(true) })
    }

  test("a message to a name connects and arrives, and one to a pid finds its way back") {
    pair { a, b ->
      val here = TermActor.start(a)
      val there = TermActor.start(b, "there")
      here.send("there", nameOf("b"), here.pid)
      val sender = there.next()
      sender shouldBe here.pid
      there.send(here.pid, atom("hello"))
      here.next() shouldBe atom("hello")
      a.dist.peers() shouldBe setOf(b.name())
      b.dist.peers() shouldBe setOf(a.name())
    }
  }

  test("each is authorised with the other's net_kernel, as net_adm:ping asks") {
    pair { a, b ->
      for ((from, to) in listOf(a to b, b to a)) {
        val netKernel = from.address("net_kernel", to.name().name())
        Weft.callTerm(netKernel, Tuple.of(atom("is_auth"), from.name()), LONG) shouldBe atom("yes")
      }
    }
  }

  test("large messages arrive whole amid small ones, and each sender's order is kept") {
    pair { a, b ->
      val receiver = TermActor.start(b, "receiver")
      val senders = List(3) { TermActor.start(a) }
      val large = List(4) { Binary.wrap(Random(it).nextBytes(10_000_000)) }
      repeat(40) { round ->
        senders.forEachIndexed { number, sender ->
          val payload: Term =
            if (number == 0 && round % 10 == 5) large[round / 10] else IntTerm(round.toLong())
          sender.send(
            "receiver",
            nameOf("b"),
            Tuple.of(sender.pid, IntTerm(round.toLong()), payload),
          )
        }
      }
      val next = HashMap<Term, Long>()
      repeat(120) {
        val (sender, round, payload) = (receiver.next() as Tuple).elements()
        round shouldBe IntTerm(next.merge(sender, 1, Long::plus)!! - 1)
        if (payload is Binary) payload shouldBe large[((round as IntTerm).value() / 10).toInt()]
      }
    }
  }

  test("the end of a connection is told once to each who shares a link or monitor across it") {
    pair { a, b ->
      val here = TermActor.start(a)
      val there = TermActor.start(b, "there")
      val monitor = here.monitor("there", nameOf("b"))
      val other = here.monitor(there.pid)
      here.link(there.pid)
      Weft.callTerm(a.address("net_kernel", nameOf("b")), Tuple.of(atom("is_auth"), a.name()), LONG)

      a.dist.disconnect(b.name()) shouldBe true
      a.dist.disconnect(b.name()) shouldBe false

      val byName = Tuple.of(atom("there"), b.name())
      setOf(here.next(), here.next(), here.next()) shouldBe
        setOf(
          Tuple.of(atom("DOWN"), monitor, atom("process"), byName, NOCONNECTION),
          Tuple.of(atom("DOWN"), other, atom("process"), there.pid, NOCONNECTION),
          Tuple.of(atom("EXIT"), there.pid, NOCONNECTION),
        )
      there.next() shouldBe Tuple.of(atom("EXIT"), here.pid, NOCONNECTION)
      here.isQuiet shouldBe true
      there.isQuiet shouldBe true
    }
  }

  test("after a disconnection the next signal connects again") {
    pair { a, b ->
      val here = TermActor.start(a)
      val there = TermActor.start(b, "there")
      repeat(5) { round ->
        here.send("there", nameOf("b"), IntTerm(round.toLong()))
        there.next() shouldBe IntTerm(round.toLong())
        (if (round % 2 == 0) a else b).let { node ->
          node.dist.disconnect(node.dist.peers().single())
        }
        awaited { a.dist.peers().isEmpty() && b.dist.peers().isEmpty() }
      }
    }
  }

  test("a node that comes back is another one: its old pids are dead, its names are found") {
    newWorld().use { world ->
      val a = world.start("a")
      val here = TermActor.start(a)
      val first = world.start("b")
      val old = TermActor.start(first, "there")
      here.monitor(old.pid)
      here.send(old.pid, atom("first"))
      old.next() shouldBe atom("first")
      first.close()
      (here.next() as Tuple).get(4) shouldBe atom("shutdown")

      val second = world.start("b")
      val new = TermActor.start(second, "there")
      new.pid shouldNotBe old.pid
      here.send(old.pid, atom("for the dead"))
      here.send("there", world.nameOf("b"), atom("second"))
      new.next() shouldBe atom("second")
      val monitor = here.monitor(old.pid)
      here.next() shouldBe Tuple.of(atom("DOWN"), monitor, atom("process"), old.pid, atom("noproc"))
    }
  }

  test("nodes that connect to each other at once keep one connection and lose nothing") {
    pair { a, b ->
      val actors = listOf(TermActor.start(a, "actor"), TermActor.start(b, "actor"))
      val (here, there) = actors
      repeat(40) { round ->
        val message = IntTerm(round.toLong())
        here.self.post { a.address("actor", nameOf("b")).tell(message) }
        there.self.post { b.address("actor", nameOf("a")).tell(message) }
        actors.map { it.next() } shouldContainExactly listOf(message, message)
        a.dist.peers() shouldBe setOf(b.name())
        b.dist.peers() shouldBe setOf(a.name())
        a.dist.disconnect(b.name())
        awaited { b.dist.peers().isEmpty() }
      }
    }
  }

  test("a node that stops sends what is queued first") {
    pair { a, b ->
      val there = TermActor.start(b, "there")
      val large = Binary.wrap(Random(7).nextBytes(10_000_000))
      val to = a.address("there", nameOf("b"))
      repeat(1000) { to.tell(IntTerm(it.toLong())) }
      to.tell(large)
      to.tell(atom("last"))
      a.close()
      repeat(1000) { there.next() shouldBe IntTerm(it.toLong()) }
      there.next() shouldBe large
      there.next() shouldBe atom("last")
      awaited { b.dist.peers().isEmpty() }
    }
  }

  test("what is sent before a connection is there waits for it") {
    pair { a, b ->
      val there = TermActor.start(b, "there")
      val to = a.address("there", nameOf("b"))
      repeat(10_000) { to.tell(IntTerm(it.toLong())) }
      repeat(10_000) { there.next() shouldBe IntTerm(it.toLong()) }
    }
  }

  test("a name that is taken is refused at the start") {
    pair { a, _ ->
      val failure = runCatching { start("a") }.exceptionOrNull()
      (failure is NodeStartException) shouldBe true
      a.dist.peers().shouldBeEmpty()
    }
  }
}

private val LONG: Duration = Duration.ofSeconds(30)
private val NOCONNECTION = Atom.of("noconnection")

private fun atom(name: String): Atom = Atom.of(name)
