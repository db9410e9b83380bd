package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.RawPeer
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.PeerStatistics
import io.weft.node.Self
import io.weft.node.Sys
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import io.weft.wire.control.Control
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong

private const val PEER = "slow@127.0.0.1"
private const val MESSAGES = 1_000
private const val MESSAGE_BYTES = 100_000
private const val MORE_THAN_SOCKETS_TAKE = 200

/** What may wait at most: the budget, the message that used it up, and the buffer that goes out. */
private const val MOST_QUEUED = Outbox.DEFAULT_BUDGET + 2 * MESSAGE_BYTES + 512 * 1024

private val FILLER: Term = Terms.binary("x".repeat(MESSAGE_BYTES))

private fun message(number: Int): Term = Tuple.of(IntTerm(number.toLong()), FILLER)

private fun Control.number(): Long =
  (((this as Control.RegSend).message() as Tuple).get(0) as IntTerm).value()

/** How far a sender has come, and how much it has seen waiting. */
private class Progress(private val node: Node) {
  val sent = AtomicInteger()
  val mostQueued = AtomicLong()

  val statistics: PeerStatistics?
    get() = node.dist.statistics(Atom.of(PEER))

  fun noteSent() {
    sent.incrementAndGet()
    mostQueued.accumulateAndGet(statistics?.bytesQueued ?: 0, ::maxOf)
  }
}

/** Sends one large message for each of its own, and then asks itself for the next. */
private class Pump(private val to: Address<Term>, private val progress: Progress) : Behavior<Int> {
  override fun message(self: Self<Int>, number: Int) {
    to.tell(message(number))
    progress.noteSent()
    if (number < MESSAGES) self.address().tell(number + 1)
  }
}

/** Senders that are faster than their connection. */
class OverloadSpec :
  FunSpec({
    suspend fun besideSlowPeer(
      tickTime: Duration = Duration.ofMinutes(1),
      test: suspend Beside.() -> Unit,
    ) =
      TcpWorld().use { world ->
        val node = world.start("weft") { tickTime(tickTime) }
        RawPeer.connect(PEER, node, "127.0.0.1", world.transportOf("slow")).use { peer ->
          awaited { node.dist.peers().isNotEmpty() }
          Beside(world, node, peer).test()
        }
      }

    suspend fun Beside.everythingArrives() {
      for (number in 1..MESSAGES) peer.next().number() shouldBe number
      awaited { progress.sent.get() == MESSAGES } // the last may arrive before it is noted
      progress.mostQueued.get() shouldBeLessThan MOST_QUEUED
    }

    test("an event-driven sender handles no message while its connection is busy") {
      besideSlowPeer {
        node.spawn(Blueprint.of("pump") { Pump(to, progress) }).tell(1)
        awaited { progress.statistics!!.busy() }
        everythingArrives()
        awaited { progress.statistics!!.bytesQueued() == 0L }
        progress.statistics!!.signalsOut() shouldBe MESSAGES
      }
    }

    test("its timers and what is posted to it wait too, and come in their order") {
      besideSlowPeer {
        val order = mutableListOf<String>()
        val atEnd = CompletableFuture<List<String>>()
        val pump = TermActor.start(node)
        pump.self.post {
          for (number in 1..MORE_THAN_SOCKETS_TAKE) to.tell(message(number))
          order += "busy"
          pump.self.after(Duration.ZERO) {
            order += "timer after ${progress.statistics!!.busy()}"
            pump.self.post { atEnd.complete(order) }
          }
          pump.self.post { order += "posted" }
        }
        awaited { progress.statistics!!.sendersWaiting() == 1 }
        Sys.info(pump.self.address())
          .get(30, TimeUnit.SECONDS) // what came before has been taken in
        atEnd.isDone shouldBe false
        order shouldBe listOf("busy")
        repeat(MORE_THAN_SOCKETS_TAKE) { peer.next() }
        atEnd.get(30, TimeUnit.SECONDS) shouldContainExactlyInAnyOrder
          listOf("busy", "timer after false", "posted")
      }
    }

    test("a straight-line sender waits where it sends") {
      besideSlowPeer {
        node.spawn(
          Blueprint.straightLine<Int>("pump") {
            for (number in 1..MESSAGES) {
              to.tell(message(number))
              progress.noteSent()
            }
          }
        )
        awaited { progress.statistics!!.busy() }
        everythingArrives()
      }
    }

    test("who is no process is told when there is room") {
      besideSlowPeer {
        var number = 0
        var sent = to.tellWhenRoom(message(++number))
        while (sent.isDone && number < MESSAGES) sent = to.tellWhenRoom(message(++number))
        sent.isDone shouldBe false
        for (expected in 1..number) peer.next().number() shouldBe expected
        awaited { sent.isDone }
      }
    }

    test("an exit ends a sender that waits, at once") {
      besideSlowPeer {
        val pump = node.spawn(Blueprint.of("pump") { Pump(to, progress) })
        pump.tell(1)
        awaited { progress.statistics!!.busy() }
        val pid = checkNotNull(pump.pid())
        node.exit(pid, ExitReason.SHUTDOWN)
        awaited { !node.isAlive(pid) }
      }
    }

    test("the end of the connection lets those who wait go on") {
      besideSlowPeer {
        node.spawn(Blueprint.of("pump") { Pump(to, progress) }).tell(1)
        awaited { progress.statistics!!.busy() }
        node.dist.disconnect(Atom.of(PEER))
        awaited { progress.sent.get() == MESSAGES }
      }
    }

    test("a peer that lives but takes nothing for the tick time is cut, and the log says why") {
      besideSlowPeer(tickTime = Duration.ofMillis(400)) {
        node.spawn(Blueprint.of("pump") { Pump(to, progress) }).tell(1)
        awaited {
          runCatching { peer.sendFrame() } // it ticks
          node.dist.peers().isEmpty()
        }
        awaited { world.log.lines.any { PEER in it && "takes nothing" in it } }
      }
    }
  })

private class Beside(val world: TcpWorld, val node: Node, val peer: RawPeer) {
  val progress = Progress(node)
  val to: Address<Term> = node.address("sink", PEER)
}
