package io.weft.dist.compression

import io.weft.wire.frame.CompressionAlgorithm
import io.weft.wire.frame.Compressor
import io.weft.wire.frame.Decompressor
import io.weft.wire.frame.OutgoingFrames
import io.weft.wire.handshake.DistFlags

/** The part of a node in compression: what it offers, and what comes of that with each peer. */
internal class Compression(private val options: CompressionOptions?) {
  private val algorithms = options?.algorithms ?: emptyList()

  /** The flags that tell peers. */
  val offered: DistFlags = algorithms.fold(DistFlags.NONE) { all, one -> all.or(one.flag()) }

  /** Makes what a connection needs with whose peer [flags] were agreed on. */
  fun agreed(flags: DistFlags): AgreedCompression {
    val common = algorithms.filter { flags.has(it.flag()) }
    return AgreedCompression(
      flags,
      common.firstOrNull()?.let { Algorithms.compressor(it, checkNotNull(options).level(it)) },
      options?.thresholdBytes ?: 0,
      common.map(Algorithms::decompressor),
    )
  }
}

/** What compresses and decompresses on one connection, until it is closed. */
internal class AgreedCompression(
  private val flags: DistFlags,
  private val compressor: Compressor?,
  private val thresholdBytes: Int,
  val decompressors: List<Decompressor>,
) : AutoCloseable {
  /** What is sent is compressed by; null for nothing. */
  val algorithm: CompressionAlgorithm?
    get() = compressor?.algorithm()

  fun newFrames(): OutgoingFrames =
    if (compressor == null) OutgoingFrames(flags)
    else OutgoingFrames(flags, compressor, thresholdBytes)

  override fun close() {
    compressor?.close()
    decompressors.forEach(Decompressor::close)
  }
}
