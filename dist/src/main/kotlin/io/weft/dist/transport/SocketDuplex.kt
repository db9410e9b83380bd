package io.weft.dist.transport

import java.nio.ByteBuffer
import java.nio.channels.SelectionKey
import java.nio.channels.SocketChannel

/** A connected socket that does not block. */
internal class SocketDuplex(
  private val channel: SocketChannel,
  private val readiness: Readiness,
  override val remote: String,
  override val isFromThisHost: Boolean,
) : Duplex {
  /** Whether the last read took all there was: the next would find nothing most of the time. */
  private var drained = false

  override suspend fun read(into: ByteBuffer): Int {
    require(into.hasRemaining()) { "no room to read into" }
    while (true) {
      if (drained) readiness.await(SelectionKey.OP_READ)
      val count = channel.read(into)
      drained = count >= 0 && into.hasRemaining()
      if (count != 0) return count
    }
  }

  override suspend fun write(vararg buffers: ByteBuffer) {
    var first = 0
    while (true) {
      while (first < buffers.size && !buffers[first].hasRemaining()) first++
      if (first == buffers.size) return
      if (writeSome(buffers, first) == 0L) readiness.await(SelectionKey.OP_WRITE)
    }
  }

  /**
   * Makes one system call, for as many whole buffers as fit in it, or for the beginning of one that
   * does not.
   */
  private fun writeSome(buffers: Array<out ByteBuffer>, first: Int): Long {
    var count = 0
    var bytes = 0L
    while (
      first + count < buffers.size &&
        bytes + buffers[first + count].remaining() <= MAX_BYTES_PER_CALL
    ) {
      bytes += buffers[first + count++].remaining()
    }
    return when (count) {
      0 -> writeBeginning(buffers[first])
      1 -> channel.write(buffers[first]).toLong()
      else -> channel.write(buffers, first, count)
    }
  }

  private fun writeBeginning(buffer: ByteBuffer): Long {
    val end = buffer.limit()
    buffer.limit(buffer.position() + MAX_BYTES_PER_CALL)
    try {
      return channel.write(buffer).toLong()
    } finally {
      buffer.limit(end)
    }
  }

  override suspend fun endOutput() {
    channel.shutdownOutput()
  }

  override fun close() = readiness.close()

  override fun toString() = "connection with $remote"

  private companion object {
    /**
     * The JDK copies what a call is given before the kernel takes, as a rule, a small part of it.
     */
    const val MAX_BYTES_PER_CALL = 512 * 1024
  }
}
