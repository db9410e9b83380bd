package io.weft.stage.io

import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.ReadableByteChannel

/**
 * The lines of a channel, in UTF-8, without their ends: `\n` or `\r\n`. The last one needs none.
 *
 * @param longest how many bytes a line may have
 */
internal class Lines(private val channel: ReadableByteChannel, private val longest: Int) :
  Reading<String> {
  private val bytes = Chunks(channel, READ_BYTES)

  /** What was read and is not returned: from [start] to [end]. */
  private var rest = ByteArray(READ_BYTES)
  private var start = 0
  private var end = 0

  /** Where the search for the end of a line goes on. */
  private var seen = 0
  private var isAtEnd = false

  override val hasNext: Boolean
    get() = lineEnd() >= 0

  override fun next(): String? {
    while (lineEnd() < 0) {
      if (isAtEnd) return lastLine()
      if (end - start > longest) throw IOException("a line has more than $longest bytes")
      read()
    }
    return line(seen).also {
      start = seen + 1
      seen = start
    }
  }

  private fun lastLine(): String? =
    if (start == end) null
    else
      line(end).also {
        start = end
        seen = end
      }

  /** Moves on to the end of the line; -1 if that was not read yet. */
  private fun lineEnd(): Int {
    while (seen < end && rest[seen] != NEWLINE) seen++
    return if (seen < end) seen else -1
  }

  private fun line(until: Int): String {
    val carriage = until > start && rest[until - 1] == RETURN && until < end
    return String(rest, start, until - start - (if (carriage) 1 else 0), Charsets.UTF_8)
  }

  private fun read() {
    val more = bytes.next()
    if (more == null) {
      isAtEnd = true
      return
    }
    makeRoom(more.size)
    more.copyInto(rest, end)
    end += more.size
  }

  private fun makeRoom(bytes: Int) {
    if (end + bytes <= rest.size) return
    val kept = end - start
    val into =
      if (kept + bytes <= rest.size) rest else ByteArray(maxOf(rest.size * 2, kept + bytes))
    rest.copyInto(into, 0, start, end)
    rest = into
    seen -= start
    start = 0
    end = kept
  }

  override fun close() = channel.close()

  private companion object {
    const val READ_BYTES = 8192
    const val NEWLINE = '\n'.code.toByte()
    const val RETURN = '\r'.code.toByte()
  }
}

/** The bytes of a channel, as they come, [most] at a time at most. */
internal class Chunks(private val channel: ReadableByteChannel, most: Int) : Reading<ByteArray> {
  private val buffer = ByteBuffer.allocate(most)

  override val hasNext: Boolean
    get() = false

  override fun next(): ByteArray? {
    buffer.clear()
    do {
      if (channel.read(buffer) < 0) return null
    } while (buffer.position() == 0)
    return buffer.array().copyOf(buffer.position())
  }

  override fun close() = channel.close()
}
