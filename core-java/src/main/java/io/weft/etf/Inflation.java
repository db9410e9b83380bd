package io.weft.etf;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates a compressed term: its size as announced, then a zlib stream of exactly that size. */
final class Inflation {

  /** How many bytes one compressed byte can stand for at most: a limit of the deflate format. */
  private static final int MAX_RATIO = 1032;

  private static final int FIRST_CAPACITY = 1 << 13;

  private Inflation() {}

  /**
   * Inflates what is at the position of {@code in}, which is then behind it. The memory grows with the
   * bytes that come out, not with the size that is announced.
   */
  static Input inflate(Input in) {
    in.u8();
    long size = in.u32();
    if (size == 0 || size > (long) MAX_RATIO * in.remaining() || size > Integer.MAX_VALUE - 8) {
      throw in.error(
          "%d bytes compressed to %d, which cannot be,".formatted(size, in.remaining()));
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(in.array(), in.take(0), in.remaining());
      byte[] bytes = inflate(in, inflater, (int) size);
      in.take(in.remaining() - inflater.getRemaining());
      return new Input(bytes, (int) size, in.memory());
    } catch (DataFormatException e) {
      throw in.error("broken zlib stream (%s)".formatted(e.getMessage()));
    } finally {
      inflater.end();
    }
  }

  private static byte[] inflate(Input in, Inflater inflater, int size) throws DataFormatException {
    int capacity = Math.min(size, FIRST_CAPACITY);
    in.charge(capacity);
    byte[] bytes = new byte[capacity];
    int count = 0;
    while (count < size) {
      if (count == bytes.length) {
        capacity = (int) Math.min(size, 2L * count);
        in.charge(capacity);
        bytes = Arrays.copyOf(bytes, capacity);
      }
      int more = inflater.inflate(bytes, count, bytes.length - count);
      if (more == 0) {
        throw in.error("the zlib stream ends after %d of %d bytes,".formatted(count, size));
      }
      count += more;
    }
    if (inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
      throw in.error("the zlib stream does not end after %d bytes,".formatted(size));
    }
    return bytes;
  }
}
