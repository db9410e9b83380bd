package io.weft.dist.compression

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.DistOptions
import io.weft.dist.distOptions
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.TlsFiles
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.Node
import io.weft.node.PeerStatistics
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.term.Tuple
import io.weft.wire.CompressionWish
import io.weft.wire.WireException
import io.weft.wire.frame.CompressionAlgorithm
import io.weft.wire.frame.CompressionAlgorithm.DEFLATE
import io.weft.wire.frame.CompressionAlgorithm.ZSTD
import kotlin.random.Random

/** Weft nodes that compress for each other. */
class CompressionSpec :
  FunSpec({
    for (algorithm in CompressionAlgorithm.entries) {
      test("$algorithm: messages of all sizes arrive whole and in the order of their senders") {
        TcpWorld().use { world ->
          val options = compressed { algorithms(algorithm) }
          Couple(world.start("a", options), world.start("b", options)).exchange()
        }
      }
    }

    test("under TLS too") {
      TlsFiles().use { files ->
        TcpWorld().use { world ->
          fun start(name: String): Node {
            files.issue(name, "$name@127.0.0.1")
            val tls = files.options(name).tls
            return world.start(
              name,
              distOptions {
                tls(tls)
                compression(compressionOptions())
              },
            )
          }
          Couple(start("a"), start("b")).exchange()
          world.log.lines.any { "by TLSv1.3" in it } shouldBe true
        }
      }
    }

    test("what compresses well takes little of the wire, and statistics tell both") {
      TcpWorld().use { world ->
        val pair = Couple(world.start("a", compressed()), world.start("b", compressed()))
        repeat(100) { pair.send(Binary.wrap(ByteArray(10_000))) }
        val (out, into) = pair.statistics()
        out.plainBytesOut() shouldBeGreaterThan 1_000_000
        out.bytesOut() shouldBeLessThan 50_000
        into.bytesIn() shouldBe out.bytesOut()
        into.plainBytesIn() shouldBe out.plainBytesOut()
      }
    }

    test("what does not compress takes no more than it is") {
      TcpWorld().use { world ->
        val pair = Couple(world.start("a", compressed()), world.start("b", compressed()))
        repeat(20) { pair.send(Binary.wrap(Random(it).nextBytes(10_000))) }
        pair.send(Binary.wrap(Random(1).nextBytes(1_000_000)))
        val (out, _) = pair.statistics()
        out.bytesOut() shouldBe out.plainBytesOut()
      }
    }

    test("the algorithm is the first of the sender's own that the peer has") {
      fun agreed(from: CompressionOptions, to: CompressionOptions) =
        Compression(from)
          .let { it.agreed(it.offered.and(Compression(to).offered)) }
          .use {
            it.algorithm
          }
      val all = compressionOptions()
      val deflateFirst = compressionOptions { algorithms(DEFLATE, ZSTD) }
      val deflate = compressionOptions { algorithms(DEFLATE) }
      val zstd = compressionOptions { algorithms(ZSTD) }
      listOf(
          agreed(all, all),
          agreed(all, deflate),
          agreed(deflateFirst, all),
          agreed(all, deflateFirst),
          agreed(zstd, deflate),
        )
        .shouldContainExactly(ZSTD, DEFLATE, DEFLATE, ZSTD, null)
    }

    val partners =
      mapOf(
        "without compression" to DistOptions.DEFAULT,
        "with another algorithm" to compressed { algorithms(DEFLATE) },
      )
    for ((what, options) in partners) {
      test("nothing is compressed for a node $what, nor by it") {
        TcpWorld().use { world ->
          val a = world.start("a", compressed { algorithms(ZSTD) })
          val b = world.start("b", options)
          for (pair in listOf(Couple(a, b), Couple(b, a))) {
            pair.send(Binary.wrap(ByteArray(100_000)))
            val (out, into) = pair.statistics()
            out.bytesOut() shouldBe out.plainBytesOut()
            into.bytesIn() shouldBe into.plainBytesIn()
          }
        }
      }
    }

    test("a process may have what it sends compressed otherwise than its node does it") {
      TcpWorld().use { world ->
        val pair = Couple(world.start("a", compressed()), world.start("b", compressed()))
        val text = Binary.wrap(ByteArray(10_000) { (it * it % 61).toByte() })

        suspend fun cost(wish: CompressionWish?): Long {
          pair.wish(wish)
          val before = pair.statistics().out.bytesOut()
          repeat(10) { pair.send(text) }
          return pair.statistics().out.bytesOut() - before
        }

        pair.send(text) // connects
        val usual = cost(null)
        cost(CompressionWish.NONE) shouldBeGreaterThan 100_000
        cost(CompressionWish.threshold(20_000)) shouldBeGreaterThan 100_000
        cost(CompressionWish.level(19)) shouldBeLessThan usual
        cost(CompressionWish.level(1_000)) shouldBeLessThan usual
        cost(null) shouldBe usual
      }
    }

    test("only those processes compress that want it, where the node does not") {
      TcpWorld().use { world ->
        val options = compressed { thresholdBytes(Int.MAX_VALUE) }
        val (a, b) = listOf("a", "b").map { world.start(it, options) }
        val receiver = TermActor.start(b, "receiver")
        val zeros = Binary.wrap(ByteArray(10_000))

        suspend fun bytesOut(): Long {
          fun out() = checkNotNull(a.dist.statistics(b.name())).bytesOut()
          fun into() = checkNotNull(b.dist.statistics(a.name())).bytesIn()
          awaited { out() == into() } // each is counted a little later
          return out()
        }

        suspend fun sentBy(wish: CompressionWish?): Long {
          val sender = TermActor.start(a, compression = wish)
          sender.send("receiver", "b@127.0.0.1", IntTerm(0))
          receiver.next()
          val before = bytesOut()
          sender.send("receiver", "b@127.0.0.1", zeros)
          receiver.next() shouldBe zeros
          return bytesOut() - before
        }

        sentBy(null) shouldBeGreaterThan 10_000
        sentBy(CompressionWish.threshold(1_000)) shouldBeLessThan 1_000
      }
    }

    test("a small message overtakes a large one of another sender that is compressed") {
      TcpWorld().use { world ->
        val a = world.start("a", compressed { level(ZSTD, 19) })
        val b = world.start("b", compressed())
        val receiver = TermActor.start(b, "receiver")
        val (first, second) = List(2) { TermActor.start(a) }
        first.send("receiver", "b@127.0.0.1", IntTerm(0))
        receiver.next()
        first.send("receiver", "b@127.0.0.1", Binary.wrap(ByteArray(64 shl 20)))
        second.send("receiver", "b@127.0.0.1", IntTerm(1))
        first.send("receiver", "b@127.0.0.1", IntTerm(2))
        receiver.next() shouldBe IntTerm(1)
        (receiver.next() as Binary).size() shouldBe (64 shl 20)
        receiver.next() shouldBe IntTerm(2)
      }
    }

    test("options that cannot be are refused") {
      shouldThrow<IllegalArgumentException> { compressionOptions { level(DEFLATE, 0) } }
        .message shouldContain "1..9"
      shouldThrow<IllegalArgumentException> { compressionOptions { level(ZSTD, 23) } }
      shouldThrow<IllegalArgumentException> { compressionOptions { algorithms() } }
      shouldThrow<IllegalArgumentException> { compressionOptions { thresholdBytes(-1) } }
    }

    test("broken Zstandard data, and data of another size, are refused by their reason") {
      ZstdCompressor(1).use { compressor ->
        ZstdDecompressor().use { decompressor ->
          val plain = ByteArray(10_000) { (it % 100).toByte() }
          val packed = ByteArray(10_000)
          val size = compressor.compress(plain, 0, plain.size, packed, 0, packed.size)
          size shouldBeLessThan 1000
          compressor.compress(plain, 0, plain.size, ByteArray(size - 1), 0, size - 1) shouldBe 0

          fun refusal(length: Int = size, of: Int = plain.size) =
            shouldThrow<WireException> {
                decompressor.decompress(packed, 0, length, ByteArray(20_000), of)
              }
              .message
              .orEmpty()

          refusal(length = size - 1) shouldContain "broken Zstandard data"
          refusal(length = 0)
          refusal(of = plain.size - 1) shouldContain "broken Zstandard data"
          refusal(of = plain.size + 1) shouldContain "10000 bytes of Zstandard, not 10001"
          val result = ByteArray(plain.size)
          decompressor.decompress(packed, 0, size, result, result.size)
          result shouldBe plain
        }
      }
    }
  })

private fun compressed(configure: CompressionOptions.Builder.() -> Unit = {}): DistOptions =
  distOptions {
    compression(compressionOptions(configure))
  }

private data class Counted(val out: PeerStatistics, val into: PeerStatistics) {
  val agree: Boolean
    get() = out.bytesOut() == into.bytesIn() && out.plainBytesOut() == into.plainBytesIn()
}

/** Two nodes, and what one sends the other. */
private class Couple(private val from: Node, private val to: Node) {
  private val receiver = TermActor.start(to, "receiver")
  private val senders = List(3) { TermActor.start(from) }

  /** Says how what is sent from now on is to be compressed. */
  fun wish(wish: CompressionWish?) = senders[0].does { compression(wish) }

  fun send(payload: Term) {
    senders[0].send("receiver", to.name().name(), payload)
    receiver.next() shouldBe payload
  }

  /** What was sent and what came, when the same has been counted of both. */
  suspend fun statistics(): Counted {
    fun now() =
      Counted(
        checkNotNull(from.dist.statistics(to.name())),
        checkNotNull(to.dist.statistics(from.name())),
      )
    awaited { now().agree }
    return now()
  }

  /** Sends small, middle and large messages, of what compresses and what does not, all at once. */
  suspend fun exchange() {
    val payloads =
      List(60) {
        val random = Random(it)
        val size = if (it % 21 == 4) 3_000_000 else random.nextInt(20_000)
        val bytes = random.nextBytes(size)
        if (it % 2 == 0) bytes.fill(7, 0, size * 3 / 4)
        Binary.wrap(bytes)
      }
    payloads.forEachIndexed { number, payload ->
      for (sender in senders) {
        val message = Tuple.of(sender.pid, IntTerm(number.toLong()), payload)
        sender.send("receiver", to.name().name(), message)
      }
    }
    val next = HashMap<Term, Int>()
    repeat(senders.size * payloads.size) {
      val (sender, number, payload) = (receiver.next() as Tuple).elements()
      val expected = next.merge(sender, 1, Int::plus)!! - 1
      number shouldBe IntTerm(expected.toLong())
      payload shouldBe payloads[expected]
    }
    val (out, into) = statistics()
    out.bytesOut() shouldBeLessThan out.plainBytesOut() * 3 / 4
    into.plainBytesIn() shouldBe out.plainBytesOut()
  }
}
