package io.weft.dist.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.byteArray
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import io.weft.wire.WireException
import java.io.EOFException
import java.nio.ByteBuffer

class FrameReaderSpec :
  FunSpec({
    test("frames come out as they went in, however their bytes are cut") {
      val frames = Arb.list(Arb.byteArray(Arb.int(0..9000), Arb.byte()), 0..12)
      checkAll(200, frames, Arb.int(1..20_000), Arb.int(16..8192)) { bodies, cut, usual ->
        for (lengthBytes in listOf(FrameReader.SHORT_LENGTH, FrameReader.LONG_LENGTH)) {
          val reader =
            FrameReader(Bytes(bodies.framed(lengthBytes), cut)).apply { usualBytes = usual }
          for (body in bodies) {
            reader.next(lengthBytes, 9000)?.toBytes() shouldBe body
          }
          reader.next(lengthBytes, 9000).shouldBeNull()
        }
      }
    }

    test("the length may change between two frames") {
      val bytes = listOf(byteArrayOf(1)).framed(2) + listOf(byteArrayOf(2, 3)).framed(4)
      val reader = FrameReader(Bytes(bytes, 100))
      reader.next(2, 10)?.toBytes() shouldBe byteArrayOf(1)
      reader.next(4, 10)?.toBytes() shouldBe byteArrayOf(2, 3)
    }

    test("a frame over the limit is refused by its length alone") {
      val reader = FrameReader(Bytes(byteArrayOf(-1, -1, -1, -1), 4))
      val refusal = shouldThrow<WireException> { reader.next(4, 1 shl 20) }
      refusal.message shouldBe "a frame of 4294967295 bytes, at most 1048576 are accepted"
    }

    test("memory follows what arrives, not what is announced") {
      val silent = Bytes(byteArrayOf(0x10, 0, 0, 0) + ByteArray(10_000), 1000)
      val reader = FrameReader(silent)
      shouldThrow<EOFException> { reader.next(4, Int.MAX_VALUE) }
      (silent.largestRoom < 40_000) shouldBe true
    }

    test("an end in the middle of a frame, or of its length, is told as such") {
      for (part in listOf(byteArrayOf(0), byteArrayOf(0, 5), byteArrayOf(0, 5, 1, 2))) {
        val reader = FrameReader(Bytes(part, 1))
        shouldThrow<EOFException> { reader.next(2, 10) }
      }
    }
  })

private fun List<ByteArray>.framed(lengthBytes: Int): ByteArray {
  val all = ByteBuffer.allocate(sumOf { it.size + lengthBytes })
  for (body in this) {
    if (lengthBytes == 2) all.putShort(body.size.toShort()) else all.putInt(body.size)
    all.put(body)
  }
  return all.array()
}

private fun ByteBuffer.toBytes() = ByteArray(remaining()).also { get(it) }

/** The other side sends [bytes], at most [cut] at a time, and ends. */
private class Bytes(bytes: ByteArray, private val cut: Int) : Duplex {
  private val left = ByteBuffer.wrap(bytes)
  var largestRoom = 0

  override val remote = "test"
  override val isFromThisHost = true

  override suspend fun read(into: ByteBuffer): Int {
    largestRoom = maxOf(largestRoom, into.remaining())
    val count = minOf(cut, left.remaining(), into.remaining())
    if (count == 0) return -1
    into.put(left.slice(left.position(), count))
    left.position(left.position() + count)
    return count
  }

  override suspend fun write(vararg buffers: ByteBuffer) = error("read only")

  override suspend fun endOutput() = error("read only")

  override fun close() {}
}
