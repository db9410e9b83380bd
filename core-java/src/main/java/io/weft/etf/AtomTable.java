package io.weft.etf;

import io.weft.term.Atom;
import org.jspecify.annotations.Nullable;

/**
 * The atoms seen most recently on the wire, so that those which come again and again are not made
 * again.
 *
 * <p>A table of fixed size in which a new atom replaces the one in its slot: a peer that sends ever
 * new atoms makes decoding slower, not the table larger. Threads race for slots without harm, since
 * an {@link Atom} is immutable and any equal atom will do.
 */
final class AtomTable {

  /** A power of two. At most 255 bytes each: the table never holds more than about 2 MB. */
  private static final int SLOTS = 4096;

  private static final @Nullable Atom[] ATOMS = new @Nullable Atom[SLOTS];

  private AtomTable() {}

  /** The atom with that ASCII name, or null if it is not in the table. */
  static @Nullable Atom find(byte[] bytes, int start, int length) {
    int hash = 0;
    for (int i = start; i < start + length; i++) {
      hash = hash * 31 + bytes[i];
    }
    Atom atom = ATOMS[slot(hash)];
    return atom != null && isNamed(atom.name(), bytes, start, length) ? atom : null;
  }

  /** Keeps the atom, if its name is ASCII, until another one takes its slot. */
  static void remember(Atom atom) {
    if (atom.name().chars().allMatch(c -> c < 0x80)) {
      ATOMS[slot(atom.name().hashCode())] = atom;
    }
  }

  private static int slot(int hash) {
    return (hash ^ hash >>> 12) & SLOTS - 1;
  }

  private static boolean isNamed(String name, byte[] bytes, int start, int length) {
    if (name.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name.charAt(i) != bytes[start + i]) { // never equal for a byte above 127
        return false;
      }
    }
    return true;
  }
}
