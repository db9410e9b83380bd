package io.weft.dist.proxy

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeLessThan as longShouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.testing.RawPeer
import io.weft.dist.testing.Tap
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.node.NodeDownReason
import io.weft.node.NodeEvent
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.Tuple
import io.weft.wire.handshake.DistFlags
import io.weft.wire.proxy.ProxyFrame
import java.nio.ByteBuffer
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlin.random.Random
import kotlinx.coroutines.CompletableDeferred

/** What becomes of a connection when those who carry it go, or are slow. */
class HopsSpec :
  FunSpec({
    /** How the node lost another, told once to all who have to know it. */
    fun Node.lost(other: Node, cause: () -> Unit): NodeEvent.Down {
      val here = TermActor.start(this)
      val there = TermActor.start(other, "there")
      val events = LinkedBlockingQueue<NodeEvent.Down>()
      here.does {
        monitorNode(other.name()) { down ->
          events += down
          Atom.of("node")
        }
      }
      val monitor = here.monitor("there", other.name().name())
      here.link(there.pid)
      here.send(there.pid, Atom.of("up"))
      there.next()
      cause()
      val byName = Tuple.of(Atom.of("there"), other.name())
      val noconnection = Atom.of("noconnection")
      setOf(here.next(), here.next(), here.next()) shouldBe
        setOf(
          Tuple.of(Atom.of("DOWN"), monitor, Atom.of("process"), byName, noconnection),
          Tuple.of(Atom.of("EXIT"), there.pid, noconnection),
          Atom.of("node"),
        )
      there.next() shouldBe Tuple.of(Atom.of("EXIT"), here.pid, noconnection)
      here.isQuiet shouldBe true
      there.isQuiet shouldBe true
      return checkNotNull(events.poll(30, TimeUnit.SECONDS))
    }

    fun hop(name: String) = NodeDownReason.ProxyDown(Atom.of(name))

    test("the node between stops: it is named, and links and monitors fire once") {
      Three().use { three ->
        val down = three.a.lost(three.c) { three.b.close() }
        down.reason() shouldBe hop(B)
        down.toTerm().toString() shouldBe
          "{nodedown,'$C',[{node_type,hidden},{nodedown_reason,{proxy_down,'$B'}}]}"
        awaited { three.line.log("the connection with", C, "ended: the way broke at $B") }
      }
    }

    test("the connection on either side of it breaks: the far end of that is named") {
      Three().use { three ->
        three.a.lost(three.c) { three.a.dist.disconnect(three.b.name()) }.reason() shouldBe hop(B)
      }
      Three().use { three ->
        three.a.lost(three.c) { three.b.dist.disconnect(three.c.name()) }.reason() shouldBe hop(C)
        awaited { three.b.dist.tunnels == 0 }
        three.a.reaches(C) // and anew
      }
    }

    test("of several nodes between the one that is gone is named, on both ends") {
      for (killed in listOf("b", "d")) {
        Line().use { line ->
          val c = line.start("c") { accept("*") }
          val d = line.start("d", c) { transit("*", "*") }
          val b = line.start("b", d) { transit("*", "*") }
          val a = line.start("a", b) { route(C, B, D) }
          val victim = if (killed == "b") b else d
          val far = LinkedBlockingQueue<NodeEvent.Down>()
          a.reaches(C)
          awaited { a.name() in c.dist.peers() }
          TermActor.start(c).does {
            monitorNode(Atom.of(A)) { down ->
              far += down
              Atom.OK
            }
          }
          a.lost(c) { victim.close() }.reason() shouldBe hop(victim.name().name())
          checkNotNull(far.poll(30, TimeUnit.SECONDS)).reason() shouldBe hop(victim.name().name())
          awaited { (if (killed == "b") d else b).dist.tunnels == 0 && c.dist.tunnels == 0 }
        }
      }
    }

    test(
      "a node that takes nothing holds up the sender, and no more than its window waits between"
    ) {
      val gate = Gate()
      val line = Line().apply { tap("c", gate) }
      Three(line = line, ofB = { windowBytes(64 * 1024) }).use { three ->
        gate.use {
          val receiver = TermActor.start(three.c, "sink")
          three.a.reaches(C)
          gate.shut()
          val sent = AtomicInteger()
          val most = AtomicLong()
          val to = three.a.address("sink", C)
          val count = 1000
          three.a.spawn(
            Blueprint.straightLine<Int>("pump") {
              val filler = Binary.wrap(Random(1).nextBytes(50_000))
              for (number in 1..count) {
                to.tell(Tuple.of(IntTerm(number.toLong()), filler))
                sent.incrementAndGet()
                most.accumulateAndGet(three.b.dist.tunnelBytes, ::maxOf)
              }
            }
          )
          awaited {
            three.a.dist.statistics(three.c.name())!!.busy() && three.b.dist.tunnelBytes > 32 * 1024
          }
          sent.get() shouldBeLessThan count
          gate.open()
          for (number in 1..count) (receiver.next() as Tuple).get(0) shouldBe
            IntTerm(number.toLong())
          awaited { sent.get() == count && three.b.dist.tunnelBytes == 0L }
          most.get() longShouldBeLessThan 64 * 1024 + 1
        }
      }
    }

    test("a connection with a slow node delays no other") {
      Line().use { line ->
        val gate = Gate()
        line.tap("c", gate)
        val c = line.start("c") { accept("*") }
        val d = line.start("d") { accept("*") }
        val b = line.start("b", c, d) { transit("*", "*") }
        val a = line.start("a", b) { route(C, B).route(D, B) }
        val receiver = TermActor.start(d, "sink")
        a.reaches(C)
        a.reaches(D)
        gate.use {
          gate.shut()
          val sender = TermActor.start(a)
          val stuck = TermActor.start(a)
          val large = Binary.wrap(Random(1).nextBytes(20 shl 20))
          stuck.self.post { a.address("sink", C).tell(large) }
          awaited {
            b.dist.tunnelBytes > 128 * 1024
          } // all of its window but what it has not told of
          repeat(200) {
            sender.send("sink", D, IntTerm(it.toLong()))
            receiver.next() shouldBe IntTerm(it.toLong())
          }
        }
      }
    }

    test("what is carried keeps neither the carrier's own messages nor other tunnels waiting") {
      Line().use { line ->
        val c = line.start("c") { accept("*") }
        val b = line.start("b", c) { transit("*", "*") }
        val a = line.start("a", b) { route(C, B) }
        val d = line.start("d", b) { route(C, B) }
        val receiver = TermActor.start(c, "sink")
        a.reaches(C)
        d.reaches(C)
        b.reaches(C)
        val enough = AtomicBoolean()
        val to = a.address("sink", C)
        a.spawn(
          Blueprint.straightLine<Int>("flood") {
            val filler = Binary.wrap(Random(1).nextBytes(1 shl 20))
            while (!enough.get()) to.tell(filler)
          }
        )
        receiver.next() // it has begun
        for ((node, word) in listOf(b to Atom.of("b"), d to Atom.of("d"))) {
          TermActor.start(node).send("sink", C, word)
          while (receiver.next() != word) {
            // it gets through, though the flood goes on
          }
        }
        enough.set(true)
      }
    }

    test("a node between gives what it was told to, and takes no more than it has said") {
      Line().use { line ->
        val b = line.start("b") { transit("*", "*").windowBytes(8 * 1024) }
        RawPeer.connect(C, b, "127.0.0.1", line.world.transportOf("c"), TUNNELS).use { c ->
          RawPeer.connect(A, b, "127.0.0.1", line.world.transportOf("a"), TUNNELS).use { a ->
            val way = listOf(Atom.of(A))
            a.duplex.write(ProxyFrame.Open(1, 3, 1000, Atom.of(C), way, listOf()).encode())
            val open = c.frame() as ProxyFrame.Open
            open.path shouldBe listOf(Atom.of(A), Atom.of(B))
            open.hopsLeft shouldBe 2
            open.window shouldBe 8 * 1024
            val number = open.tunnel()
            c.duplex.write(ProxyFrame.Opened(number, 100, listOf(Atom.of(C))).encode())
            val opened = a.frame() as ProxyFrame.Opened
            opened.window shouldBe 8 * 1024
            opened.path shouldBe listOf(Atom.of(B), Atom.of(C))
            val bytes = Random(1).nextBytes(8 * 1024)
            a.duplex.write(ProxyFrame.Data(1, ByteBuffer.wrap(bytes)).encode())
            // a hundred at a time, as c gives room
            val came = ByteBuffer.allocate(bytes.size)
            while (came.hasRemaining()) {
              val data = c.frame() as ProxyFrame.Data
              (data.bytes.remaining() <= 100) shouldBe true
              val size = data.bytes.remaining()
              came.put(data.bytes)
              c.duplex.write(ProxyFrame.Credit(number, size).encode())
            }
            came.array() shouldBe bytes
            var credit = 0
            while (credit < 3 * 8 * 1024 / 4) credit += (a.frame() as ProxyFrame.Credit).bytes
            // without room it goes no further, and more than was said costs the connection
            val tooMuch = ByteBuffer.allocate(20_000)
            repeat(9) { ProxyFrame.Data(1, ByteBuffer.wrap(bytes, 0, 1000)).putTo(tooMuch) }
            a.duplex.write(tooMuch.flip())
            var next = c.frame()
            if (next is ProxyFrame.Data) {
              (next.bytes.remaining() <= 100) shouldBe true
              next = c.frame()
            }
            val close = next as ProxyFrame.Close
            close.why.hop shouldBe Atom.of(A)
            close.why.text shouldContain "bytes through a tunnel that has room for"
            awaited { b.dist.tunnels == 0 }
          }
        }
      }
    }

    test("many connections through one node come and go, and leave nothing") {
      Three(ofB = { maxTunnelsPerConnection(2) }).use { three ->
        val there = TermActor.start(three.c, "sink")
        val here = TermActor.start(three.a)
        repeat(200) { round ->
          here.send("sink", C, IntTerm(round.toLong()))
          there.next() shouldBe IntTerm(round.toLong())
          three.a.dist.disconnect(three.c.name())
          awaited { three.a.name() !in three.c.dist.peers() && three.b.dist.tunnels == 0 }
        }
        awaited { three.c.dist.tunnels == 0 }
      }
    }
  })

private val TUNNELS = DistFlags.OFFERED_HIDDEN.or(DistFlags.PROXY)

private suspend fun RawPeer.frame(): ProxyFrame {
  while (true) {
    val body = checkNotNull(nextBody()) { "the node has hung up" }
    if (ProxyFrame.isOne(body)) return ProxyFrame.read(body)
  }
}

/** Lets a node read, or not; open for good once it is closed, or the node could not end. */
private class Gate : Tap, AutoCloseable {
  @Volatile private var shut: CompletableDeferred<Unit>? = null

  override suspend fun beforeRead() {
    shut?.await()
  }

  fun shut() {
    shut = CompletableDeferred()
  }

  fun open() {
    shut?.complete(Unit)
    shut = null
  }

  override fun close() = open()
}
