package io.weft.etf;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates a compressed term: its size as announced, then a zlib stream of exactly that size.
 *
 * <p>The stream is read twice. The first time counts what comes out, so that memory is taken only
 * for a whole stream of the right size; time is bounded by the size announced, and that by the
 * ratio of the format and the memory limit.
 */
final class Inflation {

  /** How many bytes one compressed byte can stand for at most: a limit of the deflate format. */
  private static final int MAX_RATIO = 1032;

  private static final int SCRATCH = 1 << 13;

  private Inflation() {}

  /** Inflates what is at the position of {@code in}, which is then behind it. */
  static Input inflate(Input in) {
    in.u8();
    long size = in.u32();
    if (size == 0 || size > (long) MAX_RATIO * in.remaining() || size > Integer.MAX_VALUE - 8) {
      throw in.error("%d bytes compressed to %d, which cannot be,".formatted(size, in.remaining()));
    }
    in.charge(size);
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(in.array(), in.take(0), in.remaining());
      check(in, inflater, (int) size);
      int used = in.remaining() - inflater.getRemaining();
      byte[] bytes = new byte[(int) size];
      inflater.reset();
      inflater.setInput(in.array(), in.take(used), used);
      inflater.inflate(bytes);
      return new Input(bytes, bytes.length, in.memory());
    } catch (DataFormatException e) {
      throw in.error("a broken zlib stream (%s)".formatted(e.getMessage()));
    } finally {
      inflater.end();
    }
  }

  private static void check(Input in, Inflater inflater, int size) throws DataFormatException {
    byte[] scratch = new byte[SCRATCH];
    long count = 0;
    while (!inflater.finished() && count <= size) {
      int more = inflater.inflate(scratch);
      if (more == 0 && !inflater.finished()) {
        throw in.error("a zlib stream that is cut after %d of %d bytes".formatted(count, size));
      }
      count += more;
    }
    if (count != size) {
      throw in.error("a zlib stream that does not end after %d bytes".formatted(size));
    }
  }
}
