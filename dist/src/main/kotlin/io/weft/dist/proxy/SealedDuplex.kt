package io.weft.dist.proxy

import io.weft.dist.transport.Duplex
import io.weft.wire.WireException
import io.weft.wire.handshake.Cookie
import io.weft.wire.seal.SealHandshake
import io.weft.wire.seal.SealKeys
import io.weft.wire.seal.SealParty
import io.weft.wire.seal.Sealer
import io.weft.wire.seal.Unsealer
import java.io.EOFException
import java.nio.ByteBuffer
import kotlinx.coroutines.yield

/**
 * A connection whose bytes are sealed on their way: who carries [raw] can break it off, and nothing
 * else. What was changed, repeated or left out is a [WireException] where it is read.
 *
 * [initiate] or [respond] comes first, once.
 */
internal class SealedDuplex(private val raw: Duplex) : Duplex {
  private lateinit var keys: SealKeys

  /** Received and still sealed, between position and limit. For the reader. */
  private val received = ByteBuffer.allocate(2 * Unsealer.MAX_RECORD_BYTES).limit(0)

  /** Opened beyond the room that the reader had, between position and limit. For the reader. */
  private var surplus = ByteBuffer.allocate(0)

  /** The other side has said all. For the reader. */
  private var atEnd = false

  /** Sealed, on its way out. For the writer. */
  private val records =
    ByteBuffer.allocate(RECORDS_AT_ONCE * (Sealer.MAX_PLAIN_BYTES + Sealer.MAX_OVERHEAD_BYTES))

  /** This side has said all. */
  @Volatile private var hasEnded = false

  override val remote: String
    get() = raw.remote

  override val isFromThisHost: Boolean
    get() = raw.isFromThisHost

  /** How many keys were used up for what was written. For tests. */
  val keysUsedUp: Long
    get() = keys.sealer.keysUsedUp()

  // --- handshake ---------------------------------------------------------------------------------

  /**
   * Agrees on keys with the node at the other end.
   *
   * @throws WireException if it is not the one that is wanted, or somebody between interferes
   * @throws java.io.IOException if the connection is lost
   */
  suspend fun initiate(handshake: SealHandshake.Initiator) {
    raw.write(handshake.hello())
    raw.write(handshake.proof(message()))
    keys = handshake.keys()
  }

  /**
   * Agrees on keys with the node at the other end, which has asked for the connection.
   *
   * @param cookieOf asked once it has said who it is; may throw what refuses it
   */
  suspend fun respond(handshake: SealHandshake.Responder, cookieOf: (SealParty) -> Cookie) {
    val asking = handshake.hello(message())
    raw.write(handshake.answer(cookieOf(asking)))
    handshake.proof(message())
    keys = handshake.keys()
  }

  private suspend fun message(): ByteArray {
    while (true) {
      SealHandshake.message(received)?.let {
        return it
      }
      if (!receive())
        throw EOFException(
          "the other side closed it before keys were agreed on: have both nodes the same cookie for each other?"
        )
    }
  }

  // --- reading -----------------------------------------------------------------------------------

  override suspend fun read(into: ByteBuffer): Int {
    require(into.hasRemaining()) { "no room to read into" }
    if (surplus.hasRemaining()) return takeSurplus(into)
    val start = into.position()
    while (!atEnd) {
      val opened = keys.unsealer.open(received, into)
      val count = into.position() - start
      when (opened) {
        Unsealer.Opened.DATA,
        Unsealer.Opened.KEY_CHANGED -> {}
        Unsealer.Opened.INCOMPLETE -> {
          if (count > 0) return count
          if (!receive()) return endOfRaw()
        }
        Unsealer.Opened.NO_ROOM -> {
          if (count > 0) return count
          openBeyond()
          return takeSurplus(into)
        }
        Unsealer.Opened.END -> {
          atEnd = true
          if (count > 0) return count
        }
      }
    }
    return -1
  }

  /** Who has said all may hear nothing any more; who has not was to be told. */
  private fun endOfRaw(): Int {
    if (hasEnded) return -1
    throw EOFException("it was cut off: $remote closed it without a farewell")
  }

  private fun openBeyond() {
    if (surplus.capacity() == 0) surplus = ByteBuffer.allocate(Sealer.MAX_PLAIN_BYTES)
    surplus.clear()
    keys.unsealer.open(received, surplus)
    surplus.flip()
  }

  private fun takeSurplus(into: ByteBuffer): Int {
    val count = minOf(surplus.remaining(), into.remaining())
    into.put(into.position(), surplus, surplus.position(), count)
    into.position(into.position() + count)
    surplus.position(surplus.position() + count)
    return count
  }

  /** Reads more of what is sealed; false at its end. */
  private suspend fun receive(): Boolean {
    received.compact()
    val count = raw.read(received)
    received.flip()
    if (count < 0) return false
    yield() // who sends records of nothing without end is not to have a carrier
    return true
  }

  // --- writing -----------------------------------------------------------------------------------

  override suspend fun write(vararg buffers: ByteBuffer) {
    for (buffer in buffers) {
      while (buffer.hasRemaining()) {
        val part = minOf(buffer.remaining(), Sealer.MAX_PLAIN_BYTES)
        if (records.remaining() < part + Sealer.MAX_OVERHEAD_BYTES) flush()
        keys.sealer.seal(buffer.slice(buffer.position(), part), records)
        buffer.position(buffer.position() + part)
      }
    }
    flush()
  }

  override suspend fun endOutput() {
    if (hasEnded) return
    hasEnded = true
    keys.sealer.end(records)
    flush()
    raw.endOutput()
  }

  private suspend fun flush() {
    records.flip()
    try {
      if (records.hasRemaining()) raw.write(records)
    } finally {
      records.clear()
    }
  }

  override fun close(): Unit = raw.close()

  override fun toString() = "sealed $raw"

  private companion object {
    const val RECORDS_AT_ONCE = 4
  }
}
