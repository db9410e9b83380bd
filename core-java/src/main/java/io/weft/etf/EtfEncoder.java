package io.weft.etf;

import io.weft.term.Term;

/**
 * Writes terms in the external format to an {@link EtfOutput}. Not for use by several threads at
 * once; may be reused.
 */
public final class EtfEncoder {

  private final EtfOutput out;
  private final AtomIndex atoms;

  /** An encoder that writes every atom in full. */
  public EtfEncoder(EtfOutput out) {
    this(out, AtomIndex.NONE);
  }

  /** An encoder that writes the atoms that {@code atoms} knows as references to a frame's header. */
  public EtfEncoder(EtfOutput out, AtomIndex atoms) {
    this.out = out;
    this.atoms = atoms;
  }

  /** Appends the term, without the version byte: the form inside distribution frames. */
  public void term(Term term) {
    throw new UnsupportedOperationException(out + " " + atoms + " " + term);
  }

  /** Appends the version byte 131 and the term. */
  public void versioned(Term term) {
    out.putU8(131);
    term(term);
  }
}
