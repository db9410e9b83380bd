package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.compression.compressionOptions
import io.weft.dist.testing.MemoryWorld
import io.weft.dist.testing.RawPeer
import io.weft.dist.testing.RecordingLog
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.World
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Node
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.wire.control.Control
import io.weft.wire.handshake.DistFlags
import java.io.IOException
import java.nio.ByteBuffer
import kotlin.random.Random

/**
 * What peers that break the protocol can do: end their own connection, for which there is one line
 * in the log. Beside each there is a healthy connection, which goes on.
 */
class HostilePeerSpec :
  FunSpec({
    suspend fun besideHealthy(
      options: DistOptions = DistOptions.DEFAULT,
      act: suspend Scene.() -> Unit,
    ) = MemoryWorld().use { world -> Scene(world, options).run { act() } }

    val brokenFrames =
      mapOf(
        "an unknown kind of frame" to intArrayOf(1, 2, 3),
        "an unknown version" to intArrayOf(130, 68, 0),
        "a header that ends early" to intArrayOf(131, 68, 200, 1),
        "a term that ends early" to intArrayOf(131, 68, 0, 104, 3, 97, 2),
        "a control message that is none" to intArrayOf(131, 68, 0, 97, 1),
        "an unknown control message" to intArrayOf(131, 68, 0, 104, 1, 98, 0, 0, 255, 255),
        "a list that announces 4 billion elements" to
          intArrayOf(131, 68, 0, 104, 3, 97, 2, 108, 255, 255, 255, 255),
        "a fragment of nothing" to
          intArrayOf(131, 70, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 1, 9),
        "a frame compressed as was not agreed on" to
          intArrayOf(131, 200, 1, 0, 0, 0, 7, 107, 118, 97, 200, 96, 76, 100, 4, 0),
        "an atom of the cache that was never sent" to intArrayOf(131, 68, 1, 0, 5, 104, 1, 82, 0),
      )
    for ((what, bytes) in brokenFrames) {
      test("$what ends the connection, told in one line") {
        besideHealthy {
          val peer = hostile()
          peer.sendFrame(*bytes)
          peer.awaitHangup()
          theWarning().let {
            it shouldContain "malformed bytes from the peer"
            it shouldContain "hostile@hostile-host"
          }
        }
      }
    }

    test("a frame that announces more than a node takes is refused before it is there") {
      besideHealthy {
        val peer = hostile()
        peer.duplex.write(ByteBuffer.allocate(4).putInt(Int.MAX_VALUE).flip())
        peer.awaitHangup()
        theWarning() shouldContain "malformed bytes from the peer"
      }
    }

    test("a connection that breaks in the middle of a frame is only the end of that connection") {
      besideHealthy {
        val peer = hostile()
        peer.duplex.write(ByteBuffer.allocate(6).putInt(1000).flip())
        peer.close()
        awaited { lines("hostile@hostile-host").any { "ended" in it } }
      }
    }

    val brokenCompressedFrames =
      mapOf(
        "a compressed frame that announces 4 gigabytes" to
          intArrayOf(131, 200, 1, 255, 255, 255, 255, 3, 0),
        "a compressed frame of nothing" to intArrayOf(131, 200, 1, 0, 0, 0, 0, 3, 0),
        "a compressed frame larger than it says" to
          intArrayOf(
            131,
            200,
            1,
            0,
            0,
            0,
            100,
            237,
            193,
            49,
            1,
            0,
            0,
            0,
            194,
            160,
            245,
            79,
            109,
            10,
            63,
            160,
            0,
            0,
            0,
            0,
            128,
            183,
            1,
          ),
        "a compressed frame smaller than it says" to
          intArrayOf(131, 200, 1, 0, 0, 0, 8, 107, 118, 97, 200, 96, 76, 100, 4, 0),
        "a compressed frame that is none" to intArrayOf(131, 200, 1, 0, 0, 0, 9, 255, 255),
        "a frame compressed twice" to
          intArrayOf(
            131,
            200,
            1,
            0,
            0,
            0,
            16,
            107,
            62,
            193,
            200,
            192,
            192,
            192,
            158,
            93,
            150,
            120,
            34,
            193,
            39,
            133,
            133,
            1,
            0,
          ),
        "a compressed frame of an unknown algorithm" to intArrayOf(131, 200, 77, 0, 0, 0, 9, 1),
        "a compressed frame that ends early" to intArrayOf(131, 200, 1, 0),
      )
    for ((what, bytes) in brokenCompressedFrames) {
      test("$what ends the connection, told in one line") {
        besideHealthy(COMPRESSING) {
          val peer = hostile(DistFlags.OFFERED_HIDDEN.or(DistFlags.COMPRESS_DEFLATE))
          peer.sendFrame(*bytes)
          peer.awaitHangup()
          theWarning() shouldContain "malformed bytes from the peer"
        }
      }
    }

    test("whatever bytes follow a good handshake, the node and its other connections go on") {
      besideHealthy {
        val random = Random(25)
        repeat(200) {
          val peer = hostile()
          try {
            repeat(random.nextInt(1, 4)) {
              peer.sendFrame(*IntArray(random.nextInt(0, 60)) { random.nextInt(256) })
            }
          } catch (_: IOException) {
            // it has hung up already
          }
          peer.close()
          awaited { Atom.of("hostile@hostile-host") !in node.dist.peers() }
        }
      }
    }

    test("signals that claim another node's pids, or answer what nobody asked, harm nobody") {
      besideHealthy {
        val peer = hostile()
        val victim = TermActor.start(node, "victim")
        val mine = Term.parse("pid('hostile@hostile-host', 7, 0, 1)") as Pid
        val foreign = Term.parse("pid('healthy@healthy-host', 7, 0, 1)") as Pid
        val nobody = Term.parse("ref('node@node-host', 1, [1, 2, 3])") as Reference
        peer.send(Control.UnlinkAck(77, mine, victim.pid))
        peer.send(Control.Unlink(78, foreign, victim.pid))
        peer.send(Control.Demonitor(mine, victim.pid, nobody))
        peer.send(Control.MonitorExit(foreign, victim.pid, nobody, Atom.of("gone")))
        peer.send(Control.Exit(foreign, victim.pid, Atom.of("kill_it")))
        peer.send(Control.RegSend(mine, Atom.of("victim"), Atom.of("still_there")))
        victim.next() shouldBe Atom.of("still_there")
        peer.close()
      }
    }

    test("a stranger with the wrong cookie, or with none, is turned away in one line") {
      TcpWorld().use { world ->
        val node = world.start("node")
        val stranger = world.start("stranger") { cookie("another") }
        val there = TermActor.start(node, "there")
        stranger.address("there", node.name().name()).tell(Atom.of("hello"))
        awaited { world.log.warnings().size >= 2 }
        there.isQuiet shouldBe true
        node.dist.peers().shouldBeEmpty()
        world.log.warnings().filter { "cookie" in it }.shouldHaveSize(2)
      }
    }
  })

private val COMPRESSING = distOptions { compression(compressionOptions()) }

/** A node with a healthy connection, which is proved to have outlived what was done beside it. */
private class Scene(private val world: World, options: DistOptions) {
  val node: Node = world.start("node", options)
  private val healthy = world.start("healthy")
  private val there = TermActor.start(node, "there")
  private val here = TermActor.start(healthy)

  suspend fun run(act: suspend Scene.() -> Unit) {
    val monitor = here.monitor(there.pid)
    exchange(1)
    act()
    exchange(2)
    here.isQuiet shouldBe true
    check(here.does { demonitor(monitor, true) }) { "the connection was another one" }
    warnings().filter { "healthy" in it }.shouldBeEmpty()
  }

  private fun exchange(number: Long) {
    here.send(there.pid, IntTerm(number))
    there.next() shouldBe IntTerm(number)
  }

  suspend fun hostile(flags: DistFlags = DistFlags.OFFERED_HIDDEN): RawPeer =
    RawPeer.connect("hostile@hostile-host", node, "node-host", world.transportOf("hostile"), flags)

  suspend fun RawPeer.awaitHangup() {
    while (nextFrameSize() != null) {
      // ticks
    }
    close()
    awaited { Atom.of("hostile@hostile-host") !in node.dist.peers() }
  }

  fun lines(about: String) = world.log.lines.filter { about in it }

  fun warnings() = world.log.warnings()

  suspend fun theWarning(): String {
    awaited { warnings().isNotEmpty() }
    return warnings().shouldHaveSize(1).single()
  }
}

private fun RecordingLog.warnings() = lines.filter {
  it.startsWith("WARN") || it.startsWith("ERROR")
}
