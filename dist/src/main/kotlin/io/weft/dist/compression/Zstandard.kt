package io.weft.dist.compression

import com.github.luben.zstd.ZstdCompressCtx
import com.github.luben.zstd.ZstdDecompressCtx
import com.github.luben.zstd.ZstdException
import io.weft.wire.WireException
import io.weft.wire.frame.CompressionAlgorithm
import io.weft.wire.frame.Compressor
import io.weft.wire.frame.Decompressor

/** Zstandard by its reference library. Apart, since the library may be absent. */
internal class ZstdCompressor(level: Int) : Compressor {
  private val context =
    ZstdCompressCtx().setLevel(level).setContentSize(false).setChecksum(false).setDictID(false)

  override fun algorithm(): CompressionAlgorithm = CompressionAlgorithm.ZSTD

  override fun compress(
    source: ByteArray,
    offset: Int,
    length: Int,
    target: ByteArray,
    targetOffset: Int,
    room: Int,
  ): Int =
    try {
      context.compressByteArray(target, targetOffset, room, source, offset, length)
    } catch (_: ZstdException) { // no room
      0
    }

  override fun close() = context.close()
}

/** Undoes what [ZstdCompressor] did. */
internal class ZstdDecompressor : Decompressor {
  private val context = ZstdDecompressCtx()

  override fun algorithm(): CompressionAlgorithm = CompressionAlgorithm.ZSTD

  override fun decompress(
    source: ByteArray,
    offset: Int,
    length: Int,
    target: ByteArray,
    size: Int,
  ) {
    val count =
      try {
        context.decompressByteArray(target, 0, size, source, offset, length)
      } catch (broken: ZstdException) {
        throw WireException("broken Zstandard data (${broken.message})")
      }
    if (count != size) throw WireException("$count bytes of Zstandard, not $size")
  }

  override fun close() = context.close()
}
