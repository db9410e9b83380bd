package io.weft.wire.frame;

import io.weft.wire.WireException;

/**
 * Undoes what a {@link Compressor} did. Belongs to one connection, and is used by one thread at a
 * time. Whatever the bytes are, it writes no more than it is told to, and goes on after a failure.
 */
public interface Decompressor extends AutoCloseable {

  /** What it reads. */
  CompressionAlgorithm algorithm();

  /**
   * Decompresses {@code length} bytes of {@code source} into the first {@code size} bytes of {@code
   * target}.
   *
   * @throws WireException unless they are one block of exactly that size
   */
  void decompress(byte[] source, int offset, int length, byte[] target, int size);

  /** Frees its memory; it is not used any more. */
  @Override
  void close();
}
