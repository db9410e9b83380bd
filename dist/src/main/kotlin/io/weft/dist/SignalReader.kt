package io.weft.dist

import io.weft.dist.proxy.LinkTunnels
import io.weft.dist.transport.FrameReader
import io.weft.etf.NodeAlias
import io.weft.node.PeerSession
import io.weft.wire.frame.Decompressor
import io.weft.wire.frame.FrameDecoder
import io.weft.wire.frame.FrameLimits
import io.weft.wire.proxy.ProxyFrame
import java.nio.ByteBuffer
import kotlinx.coroutines.yield

/**
 * Hands the signals that arrive on one connection to its session, in order, and what others say to
 * each other to its [tunnels].
 */
internal class SignalReader(
  private val frames: FrameReader,
  private val session: PeerSession,
  private val traffic: Traffic,
  decompressors: List<Decompressor> = emptyList(),
  private val tunnels: LinkTunnels? = null,
  private val limits: FrameLimits = FrameLimits.forHeap(Runtime.getRuntime().maxMemory()),
  alias: NodeAlias? = null,
) {
  private val decoder = FrameDecoder(limits, decompressors, alias)

  /** How many reads brought something. */
  val reads: Long
    get() = frames.reads

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
      val size = FrameReader.LONG_LENGTH + body.remaining()
      sinceYield += size
      traffic.bytes.add(size.toLong())
      traffic.frames.add(1)
      if (tunnels != null && ProxyFrame.isOne(body)) {
        traffic.plainBytes.add(size.toLong())
        tunnels.receive(body)
      } else {
        receive(body, size)
      }
      if (sinceYield >= BYTES_BETWEEN_YIELDS) {
        sinceYield = 0
        yield() // a carrier is not for one connection
      }
    }
  }

  private fun receive(body: ByteBuffer, size: Int) {
    val saved = decoder.savedBytes()
    val signal = decoder.receive(body)
    traffic.plainBytes.add(size + decoder.savedBytes() - saved)
    signal?.let {
      traffic.signals.add(1)
      session.receive(it)
    }
  }

  private companion object {
    const val BYTES_BETWEEN_YIELDS = 256 * 1024
  }
}
