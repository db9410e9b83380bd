package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.MemoryWorld
import io.weft.dist.testing.RawPeer
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.ProcessInfo
import io.weft.node.Sys
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import io.weft.wire.control.Control
import io.weft.wire.handshake.DistFlags
import java.util.concurrent.TimeUnit

private const val OLD = "old@old-host"
private val OLD_PID = Term.parse("pid('$OLD', 7, 0, 9)") as Pid
private val BYE = Atom.of("bye")

/** Without the flag UNLINK_ID: plain UNLINK, no acknowledgement. OTP semantics, 6.6. */
class OldLinkProtocolSpec :
  FunSpec({
    suspend fun besideOld(act: suspend OldNeighbour.() -> Unit) =
      MemoryWorld().use { world ->
        val node = world.start("node")
        val flags = DistFlags.OFFERED_HIDDEN.without(DistFlags.UNLINK_ID.or(DistFlags.EXIT_PAYLOAD))
        RawPeer.connect(OLD, node, "node-host", world.transportOf("old"), flags).use { peer ->
          OldNeighbour(node, peer, TermActor.start(node, "linker")).run { act() }
        }
      }

    test("an unlink goes out without an id, and no acknowledgement is waited for") {
      besideOld {
        linker.link(OLD_PID)
        peer.next() shouldBe Control.Link(linker.pid, OLD_PID)
        linker.does { unlink(OLD_PID) }
        peer.next() shouldBe Control.Unlink(0, linker.pid, OLD_PID)
        awaitNoTrace()
        // a link of the peer is a link, as it would not be while an acknowledgement is missing
        peer.send(Control.Link(OLD_PID, linker.pid))
        peer.send(Control.Exit(OLD_PID, linker.pid, BYE))
        linker.next() shouldBe exit()
      }
    }

    test("an exit that crosses the unlink is not heard") {
      besideOld {
        repeat(100) {
          linker.link(OLD_PID)
          peer.next() shouldBe Control.Link(linker.pid, OLD_PID)
          linker.does { unlink(OLD_PID) }
          peer.send(Control.Exit(OLD_PID, linker.pid, BYE)) // before it has seen the unlink
          peer.send(Control.RegSend(OLD_PID, Atom.of("linker"), Atom.of("behind")))
          linker.next() shouldBe Atom.of("behind")
          peer.next() shouldBe Control.Unlink(0, linker.pid, OLD_PID)
        }
        awaitNoTrace()
      }
    }

    test("who links again at once is linked, and hears the exit once") {
      besideOld {
        linker.does {
          link(OLD_PID)
          unlink(OLD_PID)
          link(OLD_PID)
        }
        peer.next() shouldBe Control.Link(linker.pid, OLD_PID)
        peer.next() shouldBe Control.Unlink(0, linker.pid, OLD_PID)
        peer.next() shouldBe Control.Link(linker.pid, OLD_PID)
        peer.send(Control.Exit(OLD_PID, linker.pid, BYE))
        peer.send(Control.Exit(OLD_PID, linker.pid, BYE))
        linker.next() shouldBe exit()
        peer.send(Control.RegSend(OLD_PID, Atom.of("linker"), Atom.of("behind")))
        linker.next() shouldBe Atom.of("behind")
        awaitNoTrace()
      }
    }

    test("an unlink of the peer ends the link and is not answered") {
      besideOld {
        peer.send(Control.Link(OLD_PID, linker.pid))
        peer.send(Control.Unlink(0, OLD_PID, linker.pid))
        peer.send(Control.RegSend(OLD_PID, Atom.of("linker"), Atom.of("behind")))
        linker.next() shouldBe Atom.of("behind")
        awaitNoTrace()
        linker.does { stop(ExitReason.of(BYE)) }
        val other = TermActor.start(node)
        other.send(OLD_PID, Atom.of("last"))
        (peer.next() as Control.Send).message() shouldBe Atom.of("last")
      }
    }

    test("a link ends with an exit in the old form") {
      besideOld {
        peer.send(Control.Link(OLD_PID, linker.pid))
        awaited { linkerInfo().links().contains(OLD_PID) }
        linker.does { stop(ExitReason.of(BYE)) }
        peer.next() shouldBe Control.Exit(linker.pid, OLD_PID, BYE)
      }
    }
  })

private class OldNeighbour(val node: Node, val peer: RawPeer, val linker: TermActor) {
  fun exit(): Term = Tuple.of(Atom.of("EXIT"), OLD_PID, BYE)

  fun linkerInfo(): ProcessInfo = Sys.info(linker.self.address()).get(30, TimeUnit.SECONDS)

  /** Neither the process nor the connection remembers a link. */
  suspend fun awaitNoTrace() {
    awaited { linkerInfo().links().isEmpty() }
    awaited { node.dist.liveSession(Atom.of(OLD))?.size() == 0 }
  }
}
