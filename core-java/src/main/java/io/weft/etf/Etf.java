package io.weft.etf;

import io.weft.term.Term;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Whole terms to and from bytes, as {@code term_to_binary} and {@code binary_to_term} do. */
public final class Etf {

  /** Version byte, tag and size. */
  private static final int COMPRESSED_HEAD = 6;

  private Etf() {}

  /** The term in the external format, version byte included. */
  public static byte[] encode(Term term) {
    EtfOutput out = new EtfOutput();
    new EtfEncoder(out).versioned(term);
    return out.toByteArray();
  }

  /**
   * How many bytes {@link #encode} would return, without doing it: {@code erlang:external_size}. As
   * in OTP a node may send somewhat less, since connections write atoms as references.
   */
  public static long externalSize(Term term) {
    return 1 + TermSize.of(term);
  }

  /**
   * The term in the external format, compressed by zlib if that makes it smaller.
   *
   * @param level 0 (none) to 9 (smallest)
   * @throws IllegalArgumentException if the level is another one
   */
  public static byte[] encodeCompressed(Term term, int level) {
    if (level < Deflater.NO_COMPRESSION || level > Deflater.BEST_COMPRESSION) {
      throw new IllegalArgumentException("level " + level + " is not 0 to 9");
    }
    byte[] plain = encode(term);
    byte[] compressed = new byte[plain.length];
    int size = COMPRESSED_HEAD + deflate(plain, compressed, level);
    if (size >= plain.length) {
      return plain;
    }
    compressed[0] = (byte) Tag.VERSION;
    compressed[1] = Tag.COMPRESSED;
    BigEndian.putInt(compressed, 2, plain.length - 1);
    return Arrays.copyOf(compressed, size);
  }

  /** Deflates what follows the version byte; the result is cut if there is no room for it. */
  private static int deflate(byte[] plain, byte[] target, int level) {
    Deflater deflater = new Deflater(level);
    try {
      deflater.setInput(plain, 1, plain.length - 1);
      deflater.finish();
      int room = Math.max(0, target.length - COMPRESSED_HEAD);
      return deflater.deflate(target, target.length - room, room);
    } finally {
      deflater.end();
    }
  }

  /**
   * Reads one term within {@link DecodeLimits#DEFAULT}. Unlike {@code binary_to_term/1}, which
   * ignores them, bytes after the term are an error.
   *
   * @throws EtfException if the bytes are not exactly one term with its version byte, or exceed a
   *     limit
   */
  public static Term decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes), DecodeLimits.DEFAULT);
  }

  /**
   * Reads one term that takes all remaining bytes of the buffer, which are thereby consumed.
   *
   * @throws EtfException if the bytes are not exactly one term with its version byte, or exceed a
   *     limit
   */
  public static Term decode(ByteBuffer bytes, DecodeLimits limits) {
    Term term = new EtfDecoder(bytes, limits).versioned();
    if (bytes.hasRemaining()) {
      throw new EtfException(bytes.remaining() + " bytes after the term", bytes.position());
    }
    return term;
  }
}
