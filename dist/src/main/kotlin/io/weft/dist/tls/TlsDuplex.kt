package io.weft.dist.tls

import io.weft.dist.transport.Duplex
import io.weft.runtime.Seams
import java.io.EOFException
import java.nio.ByteBuffer
import java.time.Duration
import javax.net.ssl.SSLEngine
import javax.net.ssl.SSLEngineResult
import javax.net.ssl.SSLEngineResult.HandshakeStatus
import javax.net.ssl.SSLEngineResult.Status
import javax.net.ssl.SSLException
import kotlinx.coroutines.yield

/**
 * A connection inside TLS: what is written here goes out encrypted over [raw].
 *
 * The [SSLEngine] decrypts straight into the reader's buffer, as many records as were received and
 * have room there. Buffers grow with use and stay: an idle connection has small ones.
 *
 * ## Who does what
 *
 * After the handshake the reader and the writer use the engine at the same time and do not wait for
 * each other. What the protocol has to say besides is written by either:
 * - An update of keys (TLS 1.3) is answered by the writer: the answer has to come before the next
 *   data only, which is when the engine puts it out, and ticks see to it that something is always
 *   written soon. A reader that wrote it would wait for a writer that waits for the peer, whose
 *   reader may wait likewise.
 * - A renegotiation (TLS 1.2) is carried on by the reader, in turns with the writer. OTP's nodes
 *   ask for one after 2^28 records. Only a peer begins one, and in the long run at most one every
 *   ten seconds, since a handshake costs more to answer than to ask for.
 */
internal class TlsDuplex(
  private val raw: Duplex,
  private val engine: SSLEngine,
  private val seams: Seams,
) : Duplex {
  private val output = TlsOutput(raw, engine, seams.strands)

  /** Received and still encrypted, between position and limit. For the reader. */
  private var received = ByteBuffer.allocate(engine.session.packetBufferSize).limit(0)

  /** Decrypted beyond the room that the reader had, between position and limit. For the reader. */
  private var surplus = NOTHING

  private var negotiating = false
  private val since = seams.clock.nanoTime()
  private var negotiations = 0L

  private var heard = false

  override val remote: String
    get() = raw.remote

  override val isFromThisHost: Boolean
    get() = raw.isFromThisHost

  // --- handshake ---------------------------------------------------------------------------------

  /**
   * Agrees on keys with the other side. To be called once, before anything is read or written.
   *
   * @throws TlsException if that fails; the other side is told why, if it listens
   * @throws java.io.IOException if the connection is lost
   */
  suspend fun handshake() {
    try {
      engine.beginHandshake()
      while (true) {
        when (engine.handshakeStatus) {
          HandshakeStatus.NEED_WRAP,
          HandshakeStatus.NEED_TASK -> output.negotiate()
          HandshakeStatus.NEED_UNWRAP,
          HandshakeStatus.NEED_UNWRAP_AGAIN -> takeHandshakeRecord()
          else -> return
        }
      }
    } catch (failure: SSLException) {
      try {
        output.end()
      } catch (_: java.io.IOException) {
        // it does not listen
      }
      throw TlsException.ofHandshake(failure)
    }
  }

  private suspend fun takeHandshakeRecord() {
    when (engine.unwrap(received, NOTHING).status) {
      Status.BUFFER_UNDERFLOW -> if (!receive()) throw closedEarly()
      Status.CLOSED -> throw closedEarly()
      else -> {}
    }
  }

  private fun closedEarly() = TlsException(CLOSED_EARLY, unheard = !heard)

  // --- reading -----------------------------------------------------------------------------------

  override suspend fun read(into: ByteBuffer): Int {
    require(into.hasRemaining()) { "no room to read into" }
    if (surplus.hasRemaining()) return takeSurplus(into)
    val start = into.position()
    while (true) {
      val result = unwrap(into)
      val count = into.position() - start
      when (result.status) {
        Status.OK -> {
          follow(result.handshakeStatus)
          if (count > 0 && !received.hasRemaining()) return count
        }
        Status.BUFFER_UNDERFLOW -> {
          if (count > 0) return count
          if (!receive()) throw EOFException(CUT_OFF)
        }
        Status.BUFFER_OVERFLOW -> {
          if (count > 0) return count
          when (decryptBeyond()) {
            Status.BUFFER_UNDERFLOW -> if (!receive()) throw EOFException(CUT_OFF)
            Status.CLOSED -> return -1
            else -> if (surplus.hasRemaining()) return takeSurplus(into)
          }
        }
        Status.CLOSED -> return if (count > 0) count else -1
      }
    }
  }

  private fun unwrap(into: ByteBuffer): SSLEngineResult =
    try {
      engine.unwrap(received, into)
    } catch (broken: SSLException) {
      throw TlsException("TLS broke off: ${broken.message}", broken)
    }

  /**
   * The next record, which may not be there in full, does not fit into the reader's room. The
   * engine tells more or less how much room it wants.
   */
  private suspend fun decryptBeyond(): Status {
    var room = engine.session.applicationBufferSize
    while (true) {
      if (surplus.capacity() < room) surplus = ByteBuffer.allocate(room)
      surplus.clear()
      val result = unwrap(surplus)
      surplus.flip()
      if (result.status == Status.OK) follow(result.handshakeStatus)
      if (result.status != Status.BUFFER_OVERFLOW) return result.status
      room = surplus.capacity() * 2
      if (room > MOST_RECEIVED_BYTES) throw TlsException(TOO_LARGE)
    }
  }

  private fun takeSurplus(into: ByteBuffer): Int {
    val count = minOf(surplus.remaining(), into.remaining())
    into.put(into.position(), surplus, surplus.position(), count)
    into.position(into.position() + count)
    surplus.position(surplus.position() + count)
    return count
  }

  /** Reads more of what is encrypted; false at its end. */
  private suspend fun receive(): Boolean {
    if (received.remaining() == received.capacity()) grow() else received.compact().flip()
    val room = received.duplicate().limit(received.capacity()).position(received.limit())
    if (raw.read(room) < 0) return false
    heard = true
    received.limit(room.position())
    if (!room.hasRemaining() && received.capacity() < MOST_RECEIVED_BYTES) grow()
    yield() // who sends records of nothing without end is not to have a carrier
    return true
  }

  private fun grow() {
    if (received.capacity() >= MOST_RECEIVED_BYTES) throw TlsException(TOO_LARGE)
    received = ByteBuffer.allocate(received.capacity() * 2).put(received).flip()
  }

  // --- renegotiation -----------------------------------------------------------------------------

  private suspend fun follow(status: HandshakeStatus) {
    val ours =
      status == HandshakeStatus.NEED_TASK ||
        status == HandshakeStatus.NEED_WRAP && engine.session.protocol != TLS_1_3
    if (ours) negotiateAgain() else if (status == HandshakeStatus.FINISHED) negotiating = false
  }

  private suspend fun negotiateAgain() {
    if (!negotiating) {
      val allowed = AT_ONCE + (seams.clock.nanoTime() - since) / PAUSE.toNanos()
      if (negotiations >= allowed)
        throw TlsException("TLS broke off: the peer asks for new handshakes without end")
      negotiating = true
      negotiations++
    }
    try {
      output.negotiate()
    } catch (failure: SSLException) {
      throw TlsException("a new TLS handshake failed: ${failure.message}", failure)
    }
    if (engine.handshakeStatus == HandshakeStatus.NOT_HANDSHAKING) negotiating = false
  }

  // --- writing -----------------------------------------------------------------------------------

  override suspend fun write(vararg buffers: ByteBuffer) {
    try {
      output.write(buffers)
    } catch (broken: SSLException) {
      throw TlsException("TLS broke off: ${broken.message}", broken)
    }
  }

  override suspend fun endOutput() {
    output.end()
    raw.endOutput()
  }

  override fun close(): Unit = raw.close()

  override fun toString() = "TLS over $raw"

  private companion object {
    const val TLS_1_3 = "TLSv1.3"
    const val MOST_RECEIVED_BYTES = 256 * 1024
    const val CLOSED_EARLY =
      "the other side closed the connection during the TLS handshake: do both nodes use TLS?"
    const val TOO_LARGE = "TLS broke off: a record is too large"
    const val CUT_OFF = "the connection was cut off without TLS's farewell"
    val NOTHING: ByteBuffer = ByteBuffer.allocate(0)
    const val AT_ONCE = 4L
    val PAUSE: Duration = Duration.ofSeconds(10)
  }
}
