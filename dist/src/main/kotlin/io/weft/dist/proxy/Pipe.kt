package io.weft.dist.proxy

import java.nio.ByteBuffer

/**
 * Bytes that wait, first in, first out. Takes memory for what is there and a piece more, not for
 * what there may be. Not for use by several threads at once.
 */
internal class Pipe {
  private val pieces = ArrayDeque<ByteArray>()

  /** Where the first byte is in the first piece, and where the next one goes in the last. */
  private var start = 0
  private var end = PIECE_BYTES

  var size = 0
    private set

  /** Adds up to [most] bytes of [from], whose position moves; returns how many. */
  fun put(from: ByteBuffer, most: Int = Int.MAX_VALUE): Int {
    val count = minOf(from.remaining(), most)
    var left = count
    while (left > 0) {
      if (end == PIECE_BYTES) {
        pieces.addLast(ByteArray(PIECE_BYTES))
        end = 0
      }
      val part = minOf(left, PIECE_BYTES - end)
      from.get(pieces.last(), end, part)
      end += part
      left -= part
    }
    size += count
    return count
  }

  /** Takes up to [most] bytes into [into], whose position moves; returns how many. */
  fun take(into: ByteBuffer, most: Int = Int.MAX_VALUE): Int {
    val count = minOf(into.remaining(), most, size)
    var left = count
    while (left > 0) {
      val part = minOf(left, PIECE_BYTES - start)
      into.put(pieces.first(), start, part)
      start += part
      left -= part
      if (start == PIECE_BYTES) {
        pieces.removeFirst()
        start = 0
      }
    }
    size -= count
    if (size == 0 && pieces.isNotEmpty()) { // the last piece is kept for what comes next
      start = 0
      end = 0
    }
    return count
  }

  /** Forgets all. */
  fun clear() {
    pieces.clear()
    start = 0
    end = PIECE_BYTES
    size = 0
  }

  private companion object {
    const val PIECE_BYTES = 8 * 1024
  }
}
