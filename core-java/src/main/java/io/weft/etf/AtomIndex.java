package io.weft.etf;

import io.weft.term.Atom;

/**
 * The atoms of a distribution frame's header, as the encoder needs them: which atom goes out as a
 * reference (ATOM_CACHE_REF) and with which index.
 */
@FunctionalInterface
public interface AtomIndex {

  /** Writes every atom in full. */
  AtomIndex NONE = atom -> -1;

  /** The index of that atom in the header, 0 to 254, or -1 to write it in full. */
  int indexOf(Atom atom);
}
