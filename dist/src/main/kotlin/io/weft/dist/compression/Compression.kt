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
      common.firstOrNull()?.let { Compressors(it, checkNotNull(options).level(it)) },
      options?.thresholdBytes ?: 0,
      common.map(Algorithms::decompressor),
    )
  }
}

/** What compresses and decompresses on one connection, until it is closed. */
internal class AgreedCompression(
  private val flags: DistFlags,
  private val compressors: Compressors?,
  private val thresholdBytes: Int,
  val decompressors: List<Decompressor>,
) : AutoCloseable {
  /** What is sent is compressed by; null for nothing. */
  val algorithm: CompressionAlgorithm?
    get() = compressors?.algorithm

  fun newFrames(): OutgoingFrames =
    if (compressors == null) OutgoingFrames(flags)
    else OutgoingFrames(flags, compressors.usual, thresholdBytes, compressors::ofLevel)

  override fun close() {
    compressors?.close()
    decompressors.forEach(Decompressor::close)
  }
}

/**
 * The compressors of one connection, one for each level that is asked for: the writer's own, until
 * they are closed.
 */
internal class Compressors(val algorithm: CompressionAlgorithm, level: Int) : AutoCloseable {
  private val levels = HashMap<Int, Compressor>()

  val usual = ofLevel(level)

  fun ofLevel(level: Int): Compressor =
    levels.getOrPut(level.coerceIn(Algorithms.levels(algorithm))) {
      Algorithms.compressor(algorithm, level.coerceIn(Algorithms.levels(algorithm)))
    }

  override fun close() = levels.values.forEach(Compressor::close)
}
