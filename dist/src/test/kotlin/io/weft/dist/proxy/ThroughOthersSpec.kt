package io.weft.dist.proxy

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.compression.compressionOptions
import io.weft.dist.distOptions
import io.weft.dist.testing.Tap
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.TlsFiles
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.RemoteSpawn
import io.weft.node.SpawnResult
import io.weft.node.TermCodec
import io.weft.rpc.Mfa
import io.weft.rpc.Rpc
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import java.io.ByteArrayOutputStream
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.random.Random

/** Nodes that cannot reach each other talk through others, as if they could. */
class ThroughOthersSpec :
  FunSpec({
    test("two nodes are connected through a third, which is told of") {
      Three().use { three ->
        val connection = three.a.reaches(C)
        connection.via shouldBe listOf(B)
        connection.remote shouldBe "$C through $B"
        connection.protection.orEmpty() shouldContain "AES-256-GCM"
        three.a.dist.peers() shouldBe setOf(three.b.name(), three.c.name())
        awaited { three.c.dist.peers() == setOf(three.a.name(), three.b.name()) }
        three.c.dist.connection(A)?.via shouldBe listOf(B)
        three.b.dist.tunnels shouldBe 1
        three.line.log("connected with", "at $C through $B by X25519, AES-256-GCM") shouldBe true
      }
    }

    test("without a route, or the other way round, there is no connection") {
      Three().use { three ->
        three.c.failsToReach(A) shouldContain "it is not known"
        three.b.reaches(C).via shouldBe emptyList()
      }
    }

    test("messages of all sizes go both ways whole, and each sender's order is kept") {
      Three().use { three ->
        val receivers =
          mapOf(C to TermActor.start(three.c, "sink"), A to TermActor.start(three.a, "sink"))
        three.a.reaches(C)
        val large = List(3) { Binary.wrap(Random(it).nextBytes(10_000_000)) }
        for ((from, to) in listOf(three.a to C, three.c to A)) {
          val senders = List(3) { TermActor.start(from) }
          repeat(30) { round ->
            senders.forEachIndexed { number, sender ->
              val payload: Term =
                if (number == 0 && round % 10 == 5) large[round / 10] else IntTerm(round.toLong())
              sender.send("sink", to, Tuple.of(sender.pid, IntTerm(round.toLong()), payload))
            }
          }
        }
        for (receiver in receivers.values) {
          val next = HashMap<Term, Long>()
          repeat(90) {
            val (sender, round, payload) = (receiver.next() as Tuple).elements()
            round shouldBe IntTerm(next.merge(sender, 1, Long::plus)!! - 1)
            if (payload is Binary) payload shouldBe large[((round as IntTerm).value() / 10).toInt()]
          }
        }
        three.b.dist.tunnelBytes shouldBe 0
      }
    }

    test("a small message overtakes a large one of another sender") {
      Three().use { three ->
        val receiver = TermActor.start(three.c, "sink")
        val (first, second) = List(2) { TermActor.start(three.a) }
        first.send("sink", C, IntTerm(0))
        receiver.next()
        first.send("sink", C, Binary.wrap(Random(1).nextBytes(64 shl 20)))
        second.send("sink", C, IntTerm(1))
        receiver.next() shouldBe IntTerm(1)
        (receiver.next() as Binary).size() shouldBe (64 shl 20)
      }
    }

    test("links, monitors, exits, remote spawns and calls go through") {
      Three().use { three ->
        three.c.functions().provide("far", "twice", 1) { call ->
          IntTerm(2 * call.argument(0, IntTerm::class.java).value())
        }
        three.c.functions().provideProcess("far", "echo", 1) { arguments ->
          Blueprint.of<Term>("echo") {
              Behavior { self, message ->
                self.node().address(arguments[0] as Pid).tell(Tuple.of(Atom.of("echo"), message))
              }
            }
            .codec(TermCodec.identity())
        }
        Rpc.call(three.a, C, Mfa.of("far", "twice", IntTerm(21)), LONG) shouldBe IntTerm(42)

        val here = TermActor.start(three.a)
        val there = TermActor.start(three.c, "there")
        val monitor = here.monitor("there", C)
        here.link(there.pid)
        here.send(there.pid, here.pid)
        there.next() shouldBe here.pid
        there.does { exit(here.pid, ExitReason.of(Atom.of("told"))) }
        here.next() shouldBe Tuple.of(Atom.of("EXIT"), there.pid, Atom.of("told"))
        there.does { stop(ExitReason.of(Atom.of("over"))) }
        val byName = Tuple.of(Atom.of("there"), three.c.name())
        setOf(here.next(), here.next()) shouldBe
          setOf(
            Tuple.of(Atom.of("DOWN"), monitor, Atom.of("process"), byName, Atom.of("over")),
            Tuple.of(Atom.of("EXIT"), there.pid, Atom.of("over")),
          )

        val spawned = CompletableFuture<SpawnResult>()
        here.does {
          spawnRequest(RemoteSpawn.on(C, "far", "echo", here.pid).link()) { spawned.complete(it) }
        }
        val new = (spawned.get(30, TimeUnit.SECONDS) as SpawnResult.Ok).pid()
        new.node() shouldBe three.c.name()
        here.send(new, Atom.of("hello"))
        here.next() shouldBe Tuple.of(Atom.of("echo"), Atom.of("hello"))
      }
    }

    test("compression works between the ends, and keys change without notice") {
      val compressed = distOptions { compression(compressionOptions()) }
      Three(
          dist = { compression(compressed.compression) },
          ofA = { rekeyBytes(5_000) },
          ofC = { rekeyBytes(3_000) },
        )
        .use { three ->
          val receiver = TermActor.start(three.c, "sink")
          val sender = TermActor.start(three.a)
          repeat(200) {
            val payload = Tuple.of(IntTerm(it.toLong()), Binary.wrap(ByteArray(20_000)))
            sender.send("sink", C, payload)
            receiver.next() shouldBe payload
            receiver.send(sender.pid, Binary.wrap(Random(it).nextBytes(4_000)))
            (sender.next() as Binary).size() shouldBe 4_000
          }
          val statistics = checkNotNull(three.a.dist.statistics(three.c.name()))
          statistics.bytesOut() shouldBeLessThan statistics.plainBytesOut() / 10
        }
    }

    /** C; D, which knows C; B, which knows D; A, which knows B. */
    fun four(
      line: Line,
      ofA: ProxyOptions.Builder.() -> Unit,
      ofB: ProxyOptions.Builder.() -> Unit = {},
    ): List<Node> {
      val c = line.start("c") { accept("127.0.0.1", through = "*@127.0.0.1") }
      val d = line.start("d", c) { transit("*", "*") }
      val b = line.start("b", d) { transit(A, "*").ofB() }
      return listOf(line.start("a", b) { ofA() }, b, d, c)
    }

    val routes =
      mapOf<String, Pair<ProxyOptions.Builder.() -> Unit, ProxyOptions.Builder.() -> Unit>>(
        "that A names" to Pair({ route(C, B, D) }, {}),
        "each by its own routes" to Pair({ route("*", B) }, { route("*@127.0.0.1", D) }),
        "by a route to the second" to Pair({ route(C, D).route(D, B) }, {}),
      )
    for ((what, options) in routes) {
      test("over two nodes, $what") {
        Line().use { line ->
          val (a, b, d, c) = four(line, options.first, options.second)
          val receiver = TermActor.start(c, "sink")
          a.reaches(C).via shouldContainExactly listOf(B, D)
          awaited { c.dist.connection(A)?.via == listOf(D, B) }
          val sender = TermActor.start(a)
          val large = Binary.wrap(Random(3).nextBytes(5_000_000))
          sender.send("sink", C, large)
          receiver.next() shouldBe large
          receiver.send(sender.pid, large)
          sender.next() shouldBe large
          a.dist.disconnect(c.name())
          awaited { b.dist.tunnels == 0 && d.dist.tunnels == 0 && c.dist.tunnels == 0 }
        }
      }
    }

    test("of several routes the first that leads there is gone") {
      Line().use { line ->
        val c = line.start("c") { accept(A) }
        val b = line.start("b", c) {}
        val d = line.start("d", c) { transit(A, C) }
        val a =
          line.start("a", b, d) { route(C, "nobody@127.0.0.1").route(C, B).route("*@127.0.0.1", D) }
        a.reaches(C).via shouldBe listOf(D)
      }
    }

    test("the connections on the way may be under TLS") {
      TlsFiles().use { files ->
        val line = Line()
        fun start(
          short: String,
          vararg knows: Node,
          configure: ProxyOptions.Builder.() -> Unit,
        ): Node {
          files.issue(short, "$short@127.0.0.1")
          val tls = files.options(short).tls
          return line.start(short, *knows, dist = { tls(tls) }, configure = configure)
        }
        line.use {
          val c = start("c") { accept(A) }
          val b = start("b", c) { transit(A, C) }
          val a = start("a", b) { route(C, B) }
          val receiver = TermActor.start(c, "sink")
          val large = Binary.wrap(Random(3).nextBytes(3_000_000))
          TermActor.start(a).send("sink", C, large)
          receiver.next() shouldBe large
          a.dist.connection(B)?.protection.orEmpty() shouldContain "TLS"
          a.dist.connection(C)?.protection shouldBe "X25519, AES-256-GCM"
        }
      }
    }

    test("nothing of what two nodes say to each other is to be read between them") {
      val written = ByteArrayOutputStream()
      val line = Line()
      line.tap(
        "b",
        object : Tap {
          override fun wrote(bytes: ByteArray) = synchronized(written) { written.writeBytes(bytes) }
        },
      )
      fun seen(text: String) =
        text in synchronized(written) { written.toString(Charsets.ISO_8859_1) }
      Three(line = line).use { three ->
        val receiver = TermActor.start(three.c, "sink")
        TermActor.start(three.b).send("sink", C, Atom.of("what b says itself"))
        receiver.next()
        awaited { seen("what b says itself") } // so it would be found

        TermActor.start(three.a).send("sink", C, Binary.wrap("a secret of a".toByteArray()))
        receiver.next() shouldBe Binary.wrap("a secret of a".toByteArray())
        val back = TermActor.start(three.a, "back")
        receiver.send(back.pid, Atom.of("a secret of c"))
        back.next()
        seen("a secret") shouldBe false
        seen("sink") shouldBe true // of b's own message
        synchronized(written) { written.reset() }
        repeat(100) { TermActor.start(three.a).send("sink", C, Atom.of("again_a_secret")) }
        repeat(100) { receiver.next() }
        seen("secret") || seen("sink") shouldBe false
      }
    }

    test("a node that stops says what is queued first") {
      Three().use { three ->
        val receiver = TermActor.start(three.c, "sink")
        val to = three.a.address("sink", C)
        val large = Binary.wrap(Random(7).nextBytes(10_000_000))
        repeat(1000) { to.tell(IntTerm(it.toLong())) }
        to.tell(large)
        to.tell(Atom.of("last"))
        three.a.close()
        repeat(1000) { receiver.next() shouldBe IntTerm(it.toLong()) }
        receiver.next() shouldBe large
        receiver.next() shouldBe Atom.of("last")
        awaited { three.c.dist.peers() == setOf(three.b.name()) && three.b.dist.tunnels == 0 }
      }
    }

    test("after a disconnection the next signal connects again, and nothing is left of the old") {
      Three().use { three ->
        val there = TermActor.start(three.c, "sink")
        val here = TermActor.start(three.a)
        repeat(20) { round ->
          here.send("sink", C, IntTerm(round.toLong()))
          there.next() shouldBe IntTerm(round.toLong())
          if (round % 2 == 0) three.a.dist.disconnect(three.c.name())
          else three.c.dist.disconnect(three.a.name())
          awaited {
            three.a.name() !in three.c.dist.peers() && three.c.name() !in three.a.dist.peers()
          }
        }
        awaited {
          three.b.dist.tunnels == 0 && three.c.dist.tunnels == 0 && three.b.dist.tunnelBytes == 0L
        }
        three.b.dist.peers() shouldBe setOf(three.a.name(), three.c.name())
      }
    }

    test("nodes that connect to each other at once through others keep one connection") {
      Line().use { line ->
        val b = line.start("b") { transit("*", "*") }
        val c = line.start("c", b) { accept(A).route(A, B) }
        val a = line.start("a", b) { accept(C).route(C, B) }
        a.reaches(B)
        c.reaches(B)
        val actors = listOf(TermActor.start(a, "actor"), TermActor.start(c, "actor"))
        repeat(20) { round ->
          val message = IntTerm(round.toLong())
          actors[0].self.post { a.address("actor", C).tell(message) }
          actors[1].self.post { c.address("actor", A).tell(message) }
          actors.map { it.next() } shouldContainExactly listOf(message, message)
          a.dist.disconnect(c.name())
          awaited { a.name() !in c.dist.peers() }
        }
        awaited { b.dist.tunnels == 0 }
      }
    }
  })

private val LONG: Duration = Duration.ofSeconds(30)
