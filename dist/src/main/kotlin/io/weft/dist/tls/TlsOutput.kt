package io.weft.dist.tls

import io.weft.dist.transport.Duplex
import io.weft.dist.transport.runAside
import io.weft.runtime.Strands
import java.io.IOException
import java.nio.ByteBuffer
import javax.net.ssl.SSLEngine
import javax.net.ssl.SSLEngineResult
import javax.net.ssl.SSLEngineResult.HandshakeStatus
import javax.net.ssl.SSLEngineResult.Status
import javax.net.ssl.SSLException
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/**
 * The way out of a [TlsDuplex]: encrypts as many records as were given into one buffer, which
 * leaves in one call, and runs what the engine wants to have run. One caller at a time gets in; the
 * others wait.
 */
internal class TlsOutput(
  private val raw: Duplex,
  private val engine: SSLEngine,
  private val strands: Strands,
) {
  private val turn = Mutex()

  /** Encrypted, on its way out. It grows with use. */
  private var records = ByteBuffer.allocate(engine.session.packetBufferSize)

  /** Encrypts and writes all that remains in [buffers]. */
  suspend fun write(buffers: Array<out ByteBuffer>): Unit = turn.withLock {
    makeRoomFor(buffers.sumOf { it.remaining().toLong() })
    var first = 0
    while (true) {
      while (first < buffers.size && !buffers[first].hasRemaining()) first++
      if (first == buffers.size) break
      when (wrap(buffers, first).status) {
        Status.OK -> if (engine.handshakeStatus == HandshakeStatus.NEED_TASK) runTasks()
        Status.BUFFER_OVERFLOW -> flushOrGrow()
        else -> throw IOException("the connection is closed")
      }
    }
    flush()
  }

  /** Does what a handshake asks for until it waits for the other side, or is over. */
  suspend fun negotiate(): Unit = turn.withLock {
    while (true) {
      when (engine.handshakeStatus) {
        HandshakeStatus.NEED_TASK -> runTasks()
        HandshakeStatus.NEED_WRAP ->
          when (wrap(EMPTY, 0).status) {
            Status.OK -> {}
            Status.BUFFER_OVERFLOW -> flushOrGrow()
            else -> break
          }
        else -> break
      }
    }
    flush()
  }

  /**
   * Sends what the engine has to say at the end: an alert that tells what failed, or the farewell.
   */
  suspend fun end(): Unit = turn.withLock {
    engine.closeOutbound()
    try {
      while (!engine.isOutboundDone) {
        when (wrap(EMPTY, 0).status) {
          Status.BUFFER_OVERFLOW -> flushOrGrow()
          Status.OK -> if (engine.handshakeStatus == HandshakeStatus.NEED_TASK) break
          else -> break
        }
      }
    } catch (_: SSLException) {
      // there is nothing to say
    }
    flush()
  }

  /** Public-key arithmetic takes milliseconds, and who decides about trust may ask the network. */
  private suspend fun runTasks() {
    while (true) {
      val task = engine.delegatedTask ?: return
      strands.runAside("TLS handshake with ${raw.remote}", task)
    }
  }

  private fun wrap(buffers: Array<out ByteBuffer>, first: Int): SSLEngineResult =
    engine.wrap(buffers, first, buffers.size - first, records)

  private fun makeRoomFor(bytes: Long) {
    val packet = engine.session.packetBufferSize
    val wanted = minOf(bytes / RECORD_BYTES + 2, MOST_RECORDS) * packet
    if (records.capacity() < wanted) records = ByteBuffer.allocate(wanted.toInt())
  }

  private suspend fun flushOrGrow() {
    if (records.position() > 0) flush()
    else records = ByteBuffer.allocate(records.capacity() + engine.session.packetBufferSize)
  }

  @Throws(IOException::class)
  private suspend fun flush() {
    records.flip()
    try {
      if (records.hasRemaining()) raw.write(records)
    } finally {
      records.clear()
    }
  }

  private companion object {
    val EMPTY = arrayOf(ByteBuffer.allocate(0))

    /** What a record carries at most. */
    const val RECORD_BYTES = 16 * 1024L
    const val MOST_RECORDS = 18L
  }
}
