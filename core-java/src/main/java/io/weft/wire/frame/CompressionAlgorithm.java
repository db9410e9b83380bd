package io.weft.wire.frame;

import io.weft.wire.handshake.DistFlags;

/**
 * How the frames between two Weft nodes can be compressed. OTP knows none of these; which of them
 * both nodes of a connection know, the handshake tells.
 */
public enum CompressionAlgorithm {
  /** Zstandard (RFC 8878): fast, and smaller than deflate at the same effort. */
  ZSTD(2),

  /** Deflate (RFC 1951) without zlib's frame: known to every JVM. */
  DEFLATE(1);

  private final int code;

  CompressionAlgorithm(int code) {
    this.code = code;
  }

  /** What stands for it in a frame. */
  public int code() {
    return code;
  }

  /** What a node offers that can read it. */
  public DistFlags flag() {
    return switch (this) {
      case ZSTD -> DistFlags.COMPRESS_ZSTD;
      case DEFLATE -> DistFlags.COMPRESS_DEFLATE;
    };
  }
}
