package io.weft.dist.proxy

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.testing.MemoryNet
import io.weft.dist.transport.Duplex
import io.weft.term.Atom
import io.weft.wire.WireException
import io.weft.wire.handshake.Cookie
import io.weft.wire.seal.SealHandshake
import io.weft.wire.seal.SealLimits
import io.weft.wire.seal.SealParty
import java.io.IOException
import java.nio.ByteBuffer
import kotlin.random.Random
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** Bytes that somebody carries who is not to know or change them. */
class SealedDuplexSpec :
  FunSpec({
    test("bytes arrive in order, in whatever pieces, under many keys") {
      between { a, c ->
        coroutineScope {
          val random = Random(1)
          val all = random.nextBytes(3_000_000)
          val writing = async {
            val rest = ByteBuffer.wrap(all)
            while (rest.hasRemaining()) {
              val first = rest.piece(random.nextInt(100_000))
              a.write(first, rest.piece(random.nextInt(10)))
            }
            a.endOutput()
            a.endOutput()
          }
          val came = ByteBuffer.allocate(all.size)
          while (came.position() < all.size) {
            came.limit(
              minOf(all.size, came.position() + Random(came.position()).nextInt(1, 60_000))
            )
            c.read(came)
          }
          came.array() shouldBe all
          c.read(ByteBuffer.allocate(1)) shouldBe -1
          writing.await()
          a.keysUsedUp shouldBeGreaterThan 20
        }
      }
    }

    test("an end that the other side did not seal is no end") {
      between { a, c ->
        a.write(ByteBuffer.wrap(ByteArray(10)))
        a.close()
        c.read(ByteBuffer.allocate(10)) shouldBe 10
        shouldThrow<IOException> { c.read(ByteBuffer.allocate(10)) }.message.orEmpty() shouldContain
          "without a farewell"
      }
    }

    val changes =
      mapOf<String, (Int, ByteArray) -> List<ByteArray>>(
        "changed" to { number, bytes -> listOf(if (number == 5) bytes.flipped() else bytes) },
        "repeated" to { number, bytes -> if (number == 5) listOf(bytes, bytes) else listOf(bytes) },
        "left out" to { number, bytes -> if (number == 5) listOf() else listOf(bytes) },
        "made up" to
          { number, bytes ->
            if (number == 5) listOf(Random(1).nextBytes(40)) else listOf(bytes)
          },
      )
    for ((what, change) in changes) {
      test("bytes that are $what on the way are noticed, and what came before is right") {
        between(change) { a, c ->
          coroutineScope {
            val writing = launch {
              runCatching {
                repeat(20) { a.write(ByteBuffer.wrap(ByteArray(100) { i -> i.toByte() })) }
              }
            }
            val into = ByteBuffer.allocate(100)
            shouldThrow<WireException> {
              while (true) {
                into.clear()
                while (into.hasRemaining()) if (c.read(into) < 0) error("no end was sealed")
                into.array() shouldBe ByteArray(100) { it.toByte() }
              }
            }
            c.close()
            writing.join()
          }
        }
      }
    }
  })

private val A_PARTY = SealParty(Atom.of("a@here"), 1)
private val C_PARTY = SealParty(Atom.of("c@there"), 2)
private val COOKIE = Cookie.of("between a and c")

private fun ByteArray.flipped() = clone().also { it[it.size / 2] = (it[it.size / 2] + 1).toByte() }

/** The next bytes of it, as a view. */
private fun ByteBuffer.piece(size: Int): ByteBuffer {
  val count = minOf(size, remaining())
  return slice(position(), count).also { position(position() + count) }
}

/** Two ends that have agreed on keys, and somebody between who passes on what [change] leaves. */
private suspend fun between(
  change: (Int, ByteArray) -> List<ByteArray> = { _, bytes -> listOf(bytes) },
  use: suspend (SealedDuplex, SealedDuplex) -> Unit,
) = coroutineScope {
  val net = MemoryNet()
  val listener = net.host("b").listen(null, 0)
  val toB = net.host("a").connect("b", listener.port)
  val fromA = listener.accept()
  val toC = net.host("a").connect("b", listener.port)
  val fromB = listener.accept()
  val limits = SealLimits(1000, 100_000)
  val a = SealedDuplex(toB)
  val c = SealedDuplex(fromB)
  val carrying = listOf(carry(fromA, toC, change), carry(toC, fromA) { _, bytes -> listOf(bytes) })
  val asking = async {
    a.initiate(
      SealHandshake.Initiator(A_PARTY, C_PARTY.name, COOKIE, Random(1).nextBytes(32), limits)
    )
  }
  c.respond(SealHandshake.Responder(C_PARTY, Random(2).nextBytes(32), limits)) { COOKIE }
  asking.await()
  try {
    use(a, c)
  } finally {
    a.close()
    c.close()
    carrying.forEach(Job::cancel)
  }
}

private fun CoroutineScope.carry(
  from: Duplex,
  to: Duplex,
  change: (Int, ByteArray) -> List<ByteArray>,
): Job = launch {
  val buffer = ByteBuffer.allocate(20_000)
  var number = 0
  try {
    while (from.read(buffer.clear()) >= 0) {
      val bytes = ByteArray(buffer.flip().remaining())
      buffer.get(bytes)
      change(number++, bytes).forEach { to.write(ByteBuffer.wrap(it)) }
    }
    to.close()
  } catch (_: IOException) {
    to.close()
  }
}
