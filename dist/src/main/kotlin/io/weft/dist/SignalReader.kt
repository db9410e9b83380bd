package io.weft.dist

import io.weft.dist.transport.FrameReader
import io.weft.node.PeerSession
import io.weft.wire.frame.Decompressor
import io.weft.wire.frame.FrameDecoder
import io.weft.wire.frame.FrameLimits
import kotlinx.coroutines.yield

/** Hands the signals that arrive on one connection to its session, in order. */
internal class SignalReader(
  private val frames: FrameReader,
  private val session: PeerSession,
  decompressors: List<Decompressor> = emptyList(),
  private val limits: FrameLimits = FrameLimits.DEFAULT,
) {
  private val decoder = FrameDecoder(limits, decompressors)

  /** How many reads brought something. */
  val reads: Long
    get() = frames.reads

  /** How many bytes of frames and how many signals came. Written by the reading coroutine only. */
  @Volatile
  var bytes = 0L
    private set

  /** What they had been before they were compressed. Written as [bytes] is. */
  @Volatile
  var plainBytes = 0L
    private set

  @Volatile
  var signals = 0L
    private set

  /**
   * Reads until the peer ends the connection.
   *
   * @throws io.weft.wire.WireException if the peer breaks the protocol
   * @throws java.io.IOException if the connection is lost
   */
  suspend fun run() {
    var sinceYield = 0
    while (true) {
      val body = frames.next(FrameReader.LONG_LENGTH, limits.maxFrameBytes) ?: return
      sinceYield += FrameReader.LONG_LENGTH + body.remaining()
      bytes += FrameReader.LONG_LENGTH + body.remaining()
      val signal = decoder.receive(body)
      plainBytes = bytes + decoder.savedBytes()
      signal?.let {
        signals++
        session.receive(it)
      }
      if (sinceYield >= BYTES_BETWEEN_YIELDS) {
        sinceYield = 0
        yield() // a carrier is not for one connection
      }
    }
  }

  private companion object {
    const val BYTES_BETWEEN_YIELDS = 256 * 1024
  }
}
