package io.weft.wire.frame;

import io.weft.wire.WireException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The JDK's deflate as an algorithm for frames. */
public final class Deflate {

  private Deflate() {}

  /**
   * A compressor.
   *
   * @param level from 1, the fastest, to 9, the smallest
   * @throws IllegalArgumentException if there is no such level
   */
  public static Compressor compressor(int level) {
    if (level < Deflater.BEST_SPEED || level > Deflater.BEST_COMPRESSION) {
      throw new IllegalArgumentException("deflate has the levels 1 to 9, not " + level);
    }
    return new Deflating(new Deflater(level, true));
  }

  /** A decompressor. */
  public static Decompressor decompressor() {
    return new Inflating(new Inflater(true));
  }

  private record Deflating(Deflater deflater) implements Compressor {

    @Override
    public CompressionAlgorithm algorithm() {
      return CompressionAlgorithm.DEFLATE;
    }

    @Override
    public int compress(
        byte[] source, int offset, int length, byte[] target, int targetOffset, int room) {
      deflater.reset();
      deflater.setInput(source, offset, length);
      deflater.finish();
      int size = deflater.deflate(target, targetOffset, room);
      return deflater.finished() ? size : 0;
    }

    @Override
    public void close() {
      deflater.end();
    }
  }

  private record Inflating(Inflater inflater) implements Decompressor {

    @Override
    public CompressionAlgorithm algorithm() {
      return CompressionAlgorithm.DEFLATE;
    }

    @Override
    public void decompress(byte[] source, int offset, int length, byte[] target, int size) {
      inflater.reset();
      inflater.setInput(source, offset, length);
      try {
        int count = 0;
        while (count < size) {
          int more = inflater.inflate(target, count, size - count);
          if (more == 0) {
            throw new WireException("%d bytes deflated, not %d".formatted(count, size));
          }
          count += more;
        }
        expectEnd(size);
      } catch (DataFormatException e) {
        throw new WireException("a broken deflate stream (%s)".formatted(e.getMessage()));
      }
    }

    private void expectEnd(int size) throws DataFormatException {
      int beyond = inflater.finished() ? 0 : inflater.inflate(new byte[1]);
      if (beyond > 0 || !inflater.finished()) {
        throw new WireException(
            "a deflate stream that does not end after %d bytes".formatted(size));
      }
      if (inflater.getRemaining() > 0) {
        throw new WireException(inflater.getRemaining() + " bytes after a deflate stream");
      }
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
