package io.weft.etf;

import org.jspecify.annotations.Nullable;

/**
 * Reads lists of integers in one go: such lists are often long, and need no term for each of their
 * elements.
 */
final class IntegerRun {

  private static final int SMALL_SIZE = 2;
  private static final int INTEGER_SIZE = 5;

  /** Tag, size and sign. */
  private static final int BIG_HEAD = 3;

  private IntegerRun() {}

  /**
   * Reads {@code count} integers that fit a {@code long}, and the empty list that ends them.
   *
   * @param count how many, not 0; the memory for them has been charged
   * @param maxBigIntegerBytes the most that one may take
   * @return null if something else follows, or a part is missing: then nothing was read, and no
   *     memory taken
   */
  static long @Nullable [] read(Input in, int count, int maxBigIntegerBytes) {
    int end = end(in, count, maxBigIntegerBytes);
    if (end < 0) {
      return null;
    }
    long[] values = new long[count];
    int at = in.take(end - in.index());
    byte[] bytes = in.array();
    for (int i = 0; i < count; i++) {
      switch (bytes[at]) {
        case Tag.SMALL_INTEGER -> {
          values[i] = bytes[at + 1] & 0xff;
          at += SMALL_SIZE;
        }
        case Tag.INTEGER -> {
          values[i] = BigEndian.getInt(bytes, at + 1);
          at += INTEGER_SIZE;
        }
        default -> {
          values[i] = big(bytes, at);
          at += BIG_HEAD + (bytes[at + 1] & 0xff);
        }
      }
    }
    return values;
  }

  /** The index behind all of it, or -1. */
  private static int end(Input in, int count, int maxBigIntegerBytes) {
    byte[] bytes = in.array();
    int at = in.index();
    int left = in.remaining();
    for (int i = 0; i < count; i++) {
      int size = left < SMALL_SIZE ? -1 : size(bytes, at, left, maxBigIntegerBytes);
      if (size < 0 || size > left) {
        return -1;
      }
      at += size;
      left -= size;
    }
    return left > 0 && bytes[at] == Tag.NIL ? at + 1 : -1;
  }

  /** What an integer takes of which two bytes are there; -1 if it is none that fits. */
  private static int size(byte[] bytes, int at, int left, int maxBigIntegerBytes) {
    return switch (bytes[at]) {
      case Tag.SMALL_INTEGER -> SMALL_SIZE;
      case Tag.INTEGER -> INTEGER_SIZE;
      case Tag.SMALL_BIG -> {
        int digits = bytes[at + 1] & 0xff;
        int size = BIG_HEAD + digits;
        boolean fits =
            digits <= maxBigIntegerBytes
                && size <= left
                && (digits < Long.BYTES || digits == Long.BYTES && bytes[at + size - 1] >= 0);
        yield fits ? size : -1;
      }
      default -> -1;
    };
  }

  private static long big(byte[] bytes, int at) {
    int digits = bytes[at + 1] & 0xff;
    long magnitude = 0;
    for (int i = digits - 1; i >= 0; i--) {
      magnitude = magnitude << 8 | bytes[at + BIG_HEAD + i] & 0xff;
    }
    return bytes[at + 2] == 0 ? magnitude : -magnitude;
  }
}
