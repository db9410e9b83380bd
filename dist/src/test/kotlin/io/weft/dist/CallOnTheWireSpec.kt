package io.weft.dist

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.weft.dist.testing.MemoryWorld
import io.weft.dist.testing.RawPeer
import io.weft.dist.testing.TermActor
import io.weft.node.CallException
import io.weft.node.Node
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.ImproperList
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import io.weft.wire.control.Control
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit

private const val PEER = "peer@peer-host"
private val PEER_PID = Term.parse("pid('$PEER', 7, 0, 9)") as Pid
private const val ROUNDS = 300
private val SERVER = Atom.of("server")
private val REQUEST = Term.parse("{a, request}")

/** OTP semantics, 2.1: what a call to another node is on the wire, and what may answer it. */
class CallOnTheWireSpec :
  FunSpec({
    suspend fun besidePeer(act: suspend Neighbour.() -> Unit) =
      MemoryWorld().use { world ->
        val node = world.start("node")
        RawPeer.connect(PEER, node, "node-host", world.transportOf("peer")).use { peer ->
          Neighbour(node, peer).act()
        }
      }

    test("a call monitors, sends, and after the reply through the alias demonitors") {
      besidePeer {
        val reply = call()
        val monitor = peer.next().shouldBeInstanceOf<Control.Monitor>()
        monitor.target() shouldBe SERVER
        val tag = ImproperList(listOf(Atom.of("alias")), monitor.ref())
        peer.next() shouldBe
          Control.RegSend(
            monitor.from(),
            SERVER,
            Tuple.of(Atom.of("\$gen_call"), Tuple.of(monitor.from(), tag), REQUEST),
          )
        peer.send(Control.AliasSend(PEER_PID, monitor.ref(), Tuple.of(tag, Atom.of("yes"))))
        reply.get(30, TimeUnit.SECONDS) shouldBe Atom.of("yes")
        peer.next() shouldBe Control.Demonitor(monitor.from(), SERVER, monitor.ref())
      }
    }

    test("a reply to the pid instead of the alias is a reply too") {
      besidePeer {
        val reply = call()
        val (monitor, tag) = takeCall()
        peer.send(Control.Send(PEER_PID, monitor.from(), Tuple.of(tag, Atom.of("yes"))))
        reply.get(30, TimeUnit.SECONDS) shouldBe Atom.of("yes")
        peer.next() shouldBe Control.Demonitor(monitor.from(), SERVER, monitor.ref())
      }
    }

    test("a call that takes too long demonitors, and its late reply reaches nobody") {
      besidePeer {
        val reply = call(Duration.ofMillis(20))
        val (monitor, tag) = takeCall()
        reply.failure().reason().term() shouldBe Atom.of("timeout")
        peer.next() shouldBe Control.Demonitor(monitor.from(), SERVER, monitor.ref())
        val witness = TermActor.start(node, "witness")
        peer.send(Control.AliasSend(PEER_PID, monitor.ref(), Tuple.of(tag, Atom.of("late"))))
        peer.send(Control.Send(PEER_PID, monitor.from(), Tuple.of(tag, Atom.of("late"))))
        peer.send(Control.RegSend(PEER_PID, Atom.of("witness"), Atom.of("behind")))
        witness.next() shouldBe Atom.of("behind")
        witness.isQuiet shouldBe true
      }
    }

    test("the end of the server is the reason, and needs no demonitor") {
      besidePeer {
        val reply = call()
        val (monitor, _) = takeCall()
        peer.send(Control.MonitorExit(SERVER, monitor.from(), monitor.ref(), Atom.of("gone")))
        reply.failure().reason().term() shouldBe Atom.of("gone")
        TermActor.start(node).send(PEER_PID, Atom.of("next"))
        (peer.next() as Control.Send).message() shouldBe Atom.of("next")
      }
    }

    test("the end of the connection during a call is nodedown") {
      besidePeer {
        val reply = call()
        takeCall()
        peer.close()
        reply.failure().reason().term() shouldBe Term.parse("{nodedown, '$PEER'}")
      }
    }

    test("what is sent at the moment in which a peer has connected goes over its connection") {
      MemoryWorld().use { world ->
        val node = world.start("node")
        repeat(ROUNDS) { round ->
          val name = "peer$round@peer-host"
          RawPeer.connect(name, node, "node-host", world.transportOf("peer")).use { peer ->
            node.address("somebody", name).tell(REQUEST)
            peer.next().shouldBeInstanceOf<Control.RegSend>().message() shouldBe REQUEST
          }
        }
      }
    }
  })

private class Neighbour(val node: Node, val peer: RawPeer) {
  fun call(within: Duration? = null): CompletableFuture<Term> =
    Weft.callTermAsync(node.address("server", PEER), REQUEST, within)

  suspend fun takeCall(): Pair<Control.Monitor, Term> {
    val monitor = peer.next() as Control.Monitor
    peer.next().shouldBeInstanceOf<Control.RegSend>()
    return monitor to ImproperList(listOf(Atom.of("alias")), monitor.ref())
  }
}

private fun CompletableFuture<Term>.failure(): CallException =
  shouldThrow<ExecutionException> { get(30, TimeUnit.SECONDS) }.cause as CallException
