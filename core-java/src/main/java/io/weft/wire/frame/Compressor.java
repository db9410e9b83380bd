package io.weft.wire.frame;

/**
 * Makes blocks of bytes smaller, each by itself. Belongs to one connection, and is used by one
 * thread at a time.
 */
public interface Compressor extends AutoCloseable {

  /** What it writes. */
  CompressionAlgorithm algorithm();

  /**
   * Compresses {@code length} bytes of {@code source} into at most {@code room} bytes of {@code
   * target}.
   *
   * @return how many bytes were written; 0 if they need more room
   */
  int compress(byte[] source, int offset, int length, byte[] target, int targetOffset, int room);

  /** Frees its memory; it is not used any more. */
  @Override
  void close();
}
