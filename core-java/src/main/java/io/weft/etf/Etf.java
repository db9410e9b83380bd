package io.weft.etf;

import io.weft.term.Term;
import java.nio.ByteBuffer;

/** Whole terms to and from bytes, as {@code term_to_binary} and {@code binary_to_term} do. */
public final class Etf {

  private Etf() {}

  /** The term in the external format, version byte included. */
  public static byte[] encode(Term term) {
    EtfOutput out = new EtfOutput();
    new EtfEncoder(out).versioned(term);
    return out.toByteArray();
  }

  /**
   * The term in the external format, compressed by zlib if that makes it smaller.
   *
   * @param level 0 (none) to 9 (smallest)
   * @throws IllegalArgumentException if the level is another one
   */
  public static byte[] encodeCompressed(Term term, int level) {
    throw new UnsupportedOperationException(term + " " + level);
  }

  /**
   * Reads one term within {@link DecodeLimits#DEFAULT}. Unlike {@code binary_to_term/1}, which ignores
   * them, bytes after the term are an error.
   *
   * @throws EtfException if the bytes are not exactly one term with its version byte, or exceed a limit
   */
  public static Term decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes), DecodeLimits.DEFAULT);
  }

  /**
   * Reads one term that takes all remaining bytes of the buffer, which are thereby consumed.
   *
   * @throws EtfException if the bytes are not exactly one term with its version byte, or exceed a limit
   */
  public static Term decode(ByteBuffer bytes, DecodeLimits limits) {
    Term term = new EtfDecoder(bytes, limits).versioned();
    if (bytes.hasRemaining()) {
      throw new EtfException(bytes.remaining() + " bytes after the term", bytes.position());
    }
    return term;
  }
}
