package io.weft.dist.compression

import com.github.luben.zstd.Zstd
import io.weft.wire.frame.CompressionAlgorithm
import io.weft.wire.frame.CompressionAlgorithm.DEFLATE
import io.weft.wire.frame.CompressionAlgorithm.ZSTD
import io.weft.wire.frame.Compressor
import io.weft.wire.frame.Decompressor
import io.weft.wire.frame.Deflate

/** What this JVM has of each algorithm. */
internal object Algorithms {
  private val zstd: Boolean by lazy {
    try {
      Zstd.compressBound(1) > 0
    } catch (_: LinkageError) { // not on the class path, or not made for this machine
      false
    }
  }

  fun isPresent(algorithm: CompressionAlgorithm): Boolean =
    when (algorithm) {
      ZSTD -> zstd
      DEFLATE -> true
    }

  fun library(algorithm: CompressionAlgorithm): String =
    when (algorithm) {
      ZSTD -> "com.github.luben:zstd-jni"
      DEFLATE -> "nothing"
    }

  fun levels(algorithm: CompressionAlgorithm): IntRange =
    when (algorithm) {
      ZSTD -> -7..22
      DEFLATE -> 1..9
    }

  fun defaultLevel(algorithm: CompressionAlgorithm): Int =
    when (algorithm) {
      ZSTD,
      DEFLATE -> 1
    }

  fun compressor(algorithm: CompressionAlgorithm, level: Int): Compressor =
    when (algorithm) {
      ZSTD -> ZstdCompressor(level)
      DEFLATE -> Deflate.compressor(level)
    }

  fun decompressor(algorithm: CompressionAlgorithm): Decompressor =
    when (algorithm) {
      ZSTD -> ZstdDecompressor()
      DEFLATE -> Deflate.decompressor()
    }
}
