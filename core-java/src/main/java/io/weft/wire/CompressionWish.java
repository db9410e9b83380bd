package io.weft.wire;

import java.util.OptionalInt;

/**
 * How what one process sends is to be compressed, where its node and a peer compress for each other
 * and it is to be otherwise than the node does it: not at all, at another level, from another size.
 * Immutable.
 *
 * <p>A level is in the numbers of the algorithm that the two nodes agreed on (1 to 9 for deflate,
 * -7 to 22 for Zstandard); beyond them the nearest counts. A size is that of a frame, in bytes.
 * What is empty is as the node has it.
 *
 * @param compressed false for nothing of this process
 */
public record CompressionWish(boolean compressed, OptionalInt level, OptionalInt thresholdBytes) {
  /** Nothing is compressed. */
  public static final CompressionWish NONE =
      new CompressionWish(false, OptionalInt.empty(), OptionalInt.empty());

  private static final CompressionWish USUAL =
      new CompressionWish(true, OptionalInt.empty(), OptionalInt.empty());

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public CompressionWish {
    if (thresholdBytes.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "thresholdBytes must not be negative, but is " + thresholdBytes.getAsInt());
    }
  }

  /** Compressed at a level, from the size that the node has. */
  public static CompressionWish level(int level) {
    return new CompressionWish(true, OptionalInt.of(level), OptionalInt.empty());
  }

  /** Compressed from a size, at the level that the node has. */
  public static CompressionWish threshold(int bytes) {
    return USUAL.thresholdBytes(bytes);
  }

  /** Returns this wish, but from another size. */
  public CompressionWish thresholdBytes(int bytes) {
    return new CompressionWish(compressed, level, OptionalInt.of(bytes));
  }
}
