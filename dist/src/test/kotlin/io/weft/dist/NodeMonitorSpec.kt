package io.weft.dist

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.dist
import io.weft.node.NodeDownReason
import io.weft.node.NodeEvent
import io.weft.node.NodeKind
import io.weft.term.Atom
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

private const val ERLANG = "erlang@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"
private val PEER = Atom.of(ERLANG)

/** OTP semantics, 5.1, with a real Erlang node: what each hears of the other, and when. */
@EnabledIf(ErlangInstalled::class)
class NodeMonitorSpec :
  FunSpec({
    fun TermActor.nodes() = does { monitorNodes(NodeKind.CONNECTED, NodeEvent::toTerm) }

    for (kind in listOf("visible", "hidden")) {
      test("a $kind node is up before its first signal, and down after its last") {
        TcpWorld().use { world ->
          val node = world.start("weft") { hidden(kind == "hidden") }
          val here = TermActor.start(node, "here")
          here.nodes()
          ErlangNode.start(ERLANG, COOKIE, world.epmdPort).use { erlang ->
            erlang.eval("{here, '$WEFT'} ! self()")
            here.next() shouldBe Term.parse("{nodeup, '$ERLANG', [{node_type, $kind}]}")
            val there = here.next() as io.weft.term.Pid
            node.nodes(NodeKind.valueOf(kind.uppercase())) shouldBe listOf(PEER)
            node.peer(PEER)?.creation() shouldBe there.creation()
            val monitor = here.monitor(there)
            here.does { monitorNode(PEER) { down -> Tuple.of(Atom.of("down"), down.peer()) } }
            erlang.kill()
            here.next() shouldBe
              Tuple.of(Atom.of("DOWN"), monitor, Atom.of("process"), there, Atom.of("noconnection"))
            here.next() shouldBe Term.parse("{down, '$ERLANG'}")
            here.next() shouldBe
              Term.parse(
                "{nodedown, '$ERLANG', [{node_type, $kind}, {nodedown_reason, connection_closed}]}"
              )
            node.nodes(NodeKind.CONNECTED) shouldBe emptyList()
          }
        }
      }
    }

    test("the reason of an end is told as OTP names it") {
      TcpWorld().use { world ->
        val node = world.start("weft") { tickTime(Duration.ofSeconds(4)) }
        val here = TermActor.start(node, "here")
        val reasons = java.util.concurrent.LinkedBlockingQueue<NodeDownReason>()
        node.monitorNodes(NodeKind.CONNECTED) { if (it is NodeEvent.Down) reasons.add(it.reason) }
        here.does { monitorNode(PEER) { down -> down.reason().term() } }
        here.next() shouldBe Atom.of("connection_setup_failed")
        ErlangNode.start(ERLANG, COOKIE, world.epmdPort).use { erlang ->
          erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
          node.dist.disconnect(PEER) shouldBe true
          reasons.take() shouldBe NodeDownReason.DISCONNECT
          erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
          erlang.freeze()
          reasons.take() shouldBe NodeDownReason.NET_TICK_TIMEOUT
          erlang.thaw()
        }
      }
    }
  })
