package io.weft.dist.proxy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.testing.RawPeer
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.term.Atom
import io.weft.term.Tuple
import io.weft.wire.handshake.DistFlags
import io.weft.wire.proxy.ProxyDown
import io.weft.wire.proxy.ProxyFrame
import java.nio.ByteBuffer
import kotlin.random.Random

/** Who is not carried, not let in, or breaks the protocol of tunnels. */
class RefusedSpec :
  FunSpec({
    test("a node that carries nothing for these two says so, and how it would") {
      Line().use { line ->
        val c = line.start("c") { accept("*") }
        val b = line.start("b", c) { transit(D, C).transit(A, D) }
        val a = line.start("a", b) { route(C, B) }
        a.failsToReach(C) shouldContain
          "through $B: the way broke at $B: $B passes nothing on from $A to $C: its ProxyOptions.transit"
        awaited { line.log("refused a tunnel of $A to $C", "ProxyOptions.transit") }
        b.dist.peers() shouldBe setOf(a.name())
        b.dist.tunnels shouldBe 0
      }
    }

    test("nobody makes a node connect with others than it may pass on to") {
      Line().use { line ->
        val d = line.start("d") { transit("*", "*") }
        val b = line.start("b", d) { transit(A, C) }
        val a = line.start("a", b) { route(C, B, D) }
        a.failsToReach(C) shouldContain
          "$B passes nothing on from $A to $D: its ProxyOptions.transit"
        b.dist.peers() shouldBe setOf(a.name())
      }
    }

    test(
      "a node that accepts nobody through others, or not this one, or not through these, says so"
    ) {
      for (accepts in
        listOf<ProxyOptions.Builder.() -> Unit>({}, { accept(D) }, { accept(A, through = D) })) {
        Line().use { line ->
          val c = line.start("c") { accepts() }
          val b = line.start("b", c) { transit(A, C) }
          val a = line.start("a", b) { route(C, B) }
          a.failsToReach(C) shouldContain
            "the way broke at $C: $C accepts no connection of $A through $B: its ProxyOptions.accept"
          awaited { b.dist.tunnels == 0 && c.dist.tunnels == 0 }
        }
      }
    }

    test("net_kernel:allow/1 counts for those who come through others too") {
      Three(ofC = {}).use { three ->
        three.c.dist.allow(listOf(B))
        three.a.failsToReach(C) shouldContain "does not allow this node"
      }
    }

    test("a node without such options is asked nothing") {
      Line().use { line ->
        val c = line.start("c") { accept(A) }
        val b = line.start("b", c, configure = null)
        val a = line.start("a", b) { route(C, B) }
        a.failsToReach(C) shouldContain "$B does not carry connections of others"
        a.reaches(B)
      }
    }

    test("the end of a way that leads nowhere is named") {
      Line().use { line ->
        val b = line.start("b") { transit(A, C) }
        val a = line.start("a", b) { route(C, B).route(D, "nobody@127.0.0.1") }
        a.failsToReach(C) shouldContain
          "the way broke at $C: $B could not go on: no connection with $C: it is not known"
        a.failsToReach(D) shouldContain "no connection with nobody@127.0.0.1"
        awaited { b.dist.tunnels == 0 }
      }
    }

    test("routes that lead in a circle are refused by who sees it") {
      Line().use { line ->
        val d = line.start("d") { transit("*", "*").route(C, B) }
        val b = line.start("b", d) { transit("*", "*").route(C, D) }
        val a = line.start("a", b) { route(C, B) }
        d.dist.peers() // b reaches d, and d will answer by that connection
        b.reaches(D)
        a.failsToReach(C) shouldContain
          "the way broke at $B: $B was passed before, by way of $A, $B, $D: the routes"
        awaited { b.dist.tunnels == 0 && d.dist.tunnels == 0 }
      }
    }

    test("a way that is longer than it may be is refused, by either's limit") {
      for (limited in listOf("a", "d")) {
        Line().use { line ->
          val c = line.start("c") { accept("*") }
          val d = line.start("d", c) { transit("*", "*").maxHops(if (limited == "d") 1 else 4) }
          val b = line.start("b", d) { transit("*", "*").route(C, D) }
          val a = line.start("a", b) { route(C, B).maxHops(if (limited == "a") 1 else 4) }
          a.failsToReach(C) shouldContain
            "the way broke at $D: the way from $A to $C passes more nodes"
          awaited { b.dist.tunnels == 0 && d.dist.tunnels == 0 }
        }
      }
    }

    test("there are no more tunnels than there may be, in all and of one connection") {
      for (limits in
        listOf<ProxyOptions.Builder.() -> Unit>(
          { maxTunnels(1) },
          { maxTunnelsPerConnection(1) },
        )) {
        Line().use { line ->
          val c = line.start("c") { accept("*") }
          val d = line.start("d") { accept("*") }
          val b = line.start("b", c, d) { transit("*", "*").limits() }
          val a = line.start("a", b) { route(C, B).route(D, B) }
          a.reaches(C)
          a.failsToReach(D) shouldContain "and no more: its ProxyOptions.maxTunnels"
          a.dist.disconnect(c.name())
          awaited { b.dist.tunnels == 0 }
          a.reaches(D)
        }
      }
    }

    test("another cookie is refused, though each has that of the node between") {
      Three(ofC = { cookie(A, "of a and c") }).use { three ->
        three.a.failsToReach(C) shouldContain "$C does not prove to know the cookie"
        awaited { three.b.dist.tunnels == 0 }
        three.b.reaches(C)
        awaited { three.line.log("closed the connection of $A through $B during its handshake") }
      }
    }

    test("a cookie of their own brings two nodes together that have no other in common") {
      Line().use { line ->
        val c = line.start("c", node = { cookie("of c") }) { accept(A).cookie(A, "of a and c") }
        val b = line.start("b", c, dist = { cookie(C, "of c") }) { transit(A, C) }
        val a = line.start("a", b) { route(C, B).cookie(C, "of a and c") }
        a.reaches(C)
      }
    }

    test("who is not who those between say it is is refused") {
      Three(ofC = { accept(D) }, ofB = { transit("*", C) }).use { three ->
        // a says that it is d, whom it may not be taken for without a proof
        RawPeer.connect(D, three.b, "127.0.0.1", three.line.world.transportOf("d"), TUNNELS).use {
          it.duplex.write(open(1, D, C).encode())
          it.proxyFrame() as ProxyFrame.Opened
          it.duplex.write(data(1, ByteArray(50)))
          awaited { three.line.log("closed the connection of $D through $B during its handshake") }
        }
      }
    }

    test("a node without a name of its own gets none through others") {
      // its name is what keys are bound to
      shouldThrow<IllegalArgumentException> {
        io.weft.wire.seal.SealParty(Atom.of("127.0.0.1"), 0)
      }
    }

    test("options that cannot be are refused") {
      for (wrong in
        listOf<ProxyOptions.Builder.() -> Unit>(
          { route("c@", B) },
          { route("a*@h", B) },
          { route("*@a*b", B) },
          { route("a@b@c", B) },
          { route("*.", B) },
          { route(C) },
          { route(C, B, B) },
          { route(C, "*@127.0.0.1") },
          { maxHops(0) },
          { maxHops(15) },
          { maxTunnels(0) },
          { windowBytes(1) },
          { cookie(C, "") },
          { cookie("*", "x") },
          { rekeyBytes(0) },
        )) shouldThrow<IllegalArgumentException> { proxyOptions(wrong) }
    }

    test("a pattern fits the nodes that it stands for") {
      fun fits(pattern: String) =
        listOf("a@one.zone.example", "b@zone.example", "a@azone.example", "a@h").filter {
          NodePattern.of(pattern).fits(Atom.of(it))
        }
      fits("*").size shouldBe 4
      fits("*@*").size shouldBe 4
      fits("a@*").size shouldBe 3
      fits("*.zone.example") shouldBe listOf("a@one.zone.example")
      fits("b@*.zone.example") shouldBe emptyList()
      fits("zone.example") shouldBe listOf("b@zone.example")
      fits("a@h") shouldBe listOf("a@h")
      fits("a@H") shouldBe emptyList()
    }

    // --- peers that break the protocol -----------------------------------------------------------

    val breaches =
      mapOf<String, suspend RawPeer.() -> Unit>(
        "bytes before the tunnel is there" to
          {
            duplex.write(open(1, A, D).encode()) // who never answers
            duplex.write(data(1, ByteArray(1)))
          },
        "a number twice" to
          {
            repeat(2) { duplex.write(open(1, A, C).encode()) }
          },
        "a request in another's name" to
          {
            duplex.write(open(1, D, C).encode())
          },
        "an answer to what it has asked for itself" to
          {
            duplex.write(open(1, A, D).encode()) // who never answers
            duplex.write(ProxyFrame.Opened(1, 1000, listOf(Atom.of(C))).encode())
          },
        "room without end" to
          {
            duplex.write(open(1, A, C).encode())
            proxyFrame() as ProxyFrame.Opened
            repeat(2) { duplex.write(ProxyFrame.Credit(1, ProxyFrame.MAX_WINDOW).encode()) }
          },
        "requests whose answers it does not read" to
          {
            repeat(2_000_000) {
              duplex.write(
                ProxyFrame.Open(it + 1, 3, 1000, Atom.of("$it@h"), listOf(Atom.of(A)), listOf())
                  .encode()
              )
            }
          },
        "nonsense" to { sendFrame(131, 201, 9, 0, 0, 0, 1) },
      )
    for ((what, breach) in breaches) {
      test("$what costs a peer its connection, and nobody else anything") {
        Line().use { line ->
          val c = line.start("c") { accept("*") }
          val b = line.start("b", c) { transit("*", "*").windowBytes(32 * 1024) }
          val silent = RawPeer.connect(D, b, "127.0.0.1", line.world.transportOf("d"), TUNNELS)
          RawPeer.connect(A, b, "127.0.0.1", line.world.transportOf("a"), TUNNELS).use { peer ->
            awaited { b.dist.peers().size >= 2 }
            runCatching { peer.breach() }
            awaited { Atom.of(A) !in b.dist.peers() }
          }
          awaited { b.dist.tunnels == 0 && c.dist.tunnels == 0 }
          silent.close()
          awaited { line.log("malformed bytes from the peer", A) }
          b.reaches(C)
        }
      }
    }

    test("who goes while its tunnel is just being passed on leaves nothing of it") {
      Line().use { line ->
        val b = line.start("b") { transit("*", "*") }
        RawPeer.connect(D, b, "127.0.0.1", line.world.transportOf("d"), TUNNELS).use {
          repeat(300) {
            RawPeer.connect(A, b, "127.0.0.1", line.world.transportOf("a"), TUNNELS).use { peer ->
              awaited { Atom.of(A) in b.dist.peers() }
              val both = ByteBuffer.allocate(1000)
              both.put(open(1, A, D).encode()).put(data(1, ByteArray(1))) // not there yet
              peer.duplex.write(both.flip())
              awaited { Atom.of(A) !in b.dist.peers() && b.dist.tunnels == 0 }
            }
          }
        }
      }
    }

    test("any frames of tunnels are answered or end the connection, and leave nothing behind") {
      Line().use { line ->
        val c = line.start("c") { accept("*") }
        val b = line.start("b", c) { transit("*", "*").maxTunnelsPerConnection(3) }
        repeat(60) { seed ->
          val random = Random(seed)
          RawPeer.connect(A, b, "127.0.0.1", line.world.transportOf("a"), TUNNELS).use { peer ->
            runCatching {
              repeat(40) { peer.duplex.write(anyFrame(random)) }
            }
          }
          awaited { Atom.of(A) !in b.dist.peers() }
        }
        awaited { b.dist.tunnels == 0 && c.dist.tunnels == 0 && b.dist.tunnelBytes == 0L }
        val actor = TermActor.start(b)
        actor.monitor("nobody", C)
        (actor.next() as Tuple).get(4) shouldBe Atom.of("noproc")
      }
    }
  })

private val TUNNELS = DistFlags.OFFERED_HIDDEN.or(DistFlags.PROXY)

private fun open(number: Int, from: String, to: String) =
  ProxyFrame.Open(number, 3, 1 shl 20, Atom.of(to), listOf(Atom.of(from)), listOf())

private fun data(number: Int, bytes: ByteArray): ByteBuffer =
  ProxyFrame.Data(number, ByteBuffer.wrap(bytes)).encode()

/** The next frame about a tunnel. */
private suspend fun RawPeer.proxyFrame(): ProxyFrame {
  while (true) {
    val body = checkNotNull(nextBody()) { "the node has hung up" }
    if (ProxyFrame.isOne(body)) return ProxyFrame.read(body)
  }
}

private fun anyFrame(random: Random): ByteBuffer {
  val number = random.nextInt(1, 6).let { if (random.nextInt(4) == 0) it or Int.MIN_VALUE else it }
  val name = Atom.of(listOf(A, B, C, D, "x@h").random(random))
  val frame =
    when (random.nextInt(6)) {
      0,
      1 -> open(number and Int.MAX_VALUE, A, name.name())
      2 -> ProxyFrame.Credit(number, random.nextInt(1, 10_000))
      3 -> ProxyFrame.Close(number, ProxyDown(ProxyDown.Kind.entries.random(random), name, "x"))
      4 -> ProxyFrame.Opened(number, 1000, listOf(name))
      else -> ProxyFrame.Data(number, ByteBuffer.wrap(random.nextBytes(random.nextInt(1, 5000))))
    }
  val bytes = frame.encode()
  if (random.nextInt(10) == 0) {
    val at = random.nextInt(7, bytes.limit())
    bytes.put(at, (bytes.get(at).toInt() xor (1 shl random.nextInt(8))).toByte())
  }
  return bytes
}
