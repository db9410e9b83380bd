package io.weft.dist.transport

import io.weft.wire.WireException
import java.io.EOFException
import java.nio.ByteBuffer

/**
 * Cuts what arrives on a connection into frames, each with its length in front.
 *
 * Memory is taken as bytes arrive, at most twice what is there, never because a length announces
 * them. Not for use by several coroutines at once.
 */
internal class FrameReader(private val duplex: Duplex) {
  /**
   * The size of the buffer when nothing large has to be received: as a rule one read brings as
   * much.
   */
  var usualBytes: Int = 4 * 1024

  /** What has been received and not been handed out lies between position and limit. */
  private var buffer = ByteBuffer.allocate(0)

  /** How many reads brought something: a sign of life. Written by the reading coroutine only. */
  @Volatile
  var reads = 0L
    private set

  /**
   * Returns the body of the next frame, in memory that is reused by the next call; null if the
   * other side has ended its output after a whole frame.
   *
   * @param lengthBytes [SHORT_LENGTH] or [LONG_LENGTH]
   * @param maxBytes the largest body that is accepted
   * @throws WireException if a larger one is announced
   * @throws EOFException if the other side ended in the middle of a frame
   */
  suspend fun next(lengthBytes: Int, maxBytes: Int): ByteBuffer? {
    if (!await(lengthBytes, "the length of a frame")) return null
    val length = lengthAt(buffer.position(), lengthBytes)
    if (length > maxBytes)
      throw WireException("a frame of $length bytes, at most $maxBytes are accepted")
    buffer.position(buffer.position() + lengthBytes)
    if (!await(length.toInt(), "a frame of $length bytes")) throw cutOff("a frame of $length bytes")
    val body = buffer.slice(buffer.position(), length.toInt())
    buffer.position(buffer.position() + length.toInt())
    return body
  }

  private fun lengthAt(index: Int, lengthBytes: Int): Long =
    if (lengthBytes == SHORT_LENGTH) buffer.getShort(index).toLong() and 0xffff
    else buffer.getInt(index).toLong() and 0xffff_ffff

  /**
   * Reads until [count] bytes are there; false if the other side ended before the first of them.
   */
  private suspend fun await(count: Int, what: String): Boolean {
    while (buffer.remaining() < count) {
      makeRoom()
      val end = buffer.limit()
      val view = buffer.duplicate().limit(buffer.capacity()).position(end)
      if (duplex.read(view) < 0) {
        if (buffer.hasRemaining()) throw cutOff(what)
        return false
      }
      buffer.limit(view.position())
      reads++
    }
    return true
  }

  private fun makeRoom() {
    if (!buffer.hasRemaining()) {
      buffer =
        (if (buffer.capacity() == usualBytes) buffer.clear() else ByteBuffer.allocate(usualBytes))
          .limit(0)
    } else if (buffer.limit() == buffer.capacity()) {
      val rest = buffer.slice()
      val halfEmpty = rest.remaining() <= buffer.capacity() / 2
      val target =
        if (halfEmpty) buffer.clear()
        else ByteBuffer.allocate(maxOf(usualBytes, buffer.capacity() * 2))
      buffer = target.put(0, rest, 0, rest.remaining()).limit(rest.remaining())
    }
  }

  private fun cutOff(what: String) = EOFException("the other side ended in the middle of $what")

  companion object {
    /** Frames of the handshake and of EPMD. */
    const val SHORT_LENGTH = 2

    /** Frames after the handshake. */
    const val LONG_LENGTH = 4
  }
}
