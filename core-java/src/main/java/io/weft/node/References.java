package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import org.jspecify.annotations.Nullable;

/**
 * References of processes. The words are a number that the process uses once, and the process: so
 * they never repeat on a node, need no shared counter, and lead back to the process when one is
 * used as an alias.
 *
 * <p>The first word keeps to 18 bits, as every OTP release expects. Five words need the flag V4_NC,
 * which all nodes with aliases have.
 */
final class References {
  private static final int WORDS = 5;

  private References() {}

  static Reference next(Pid owner, long number) {
    return Reference.of(
        owner.node(),
        owner.creation(),
        (int) (number & 0x3ffff),
        (int) (number >>> 18),
        (int) (number >>> 50),
        owner.id(),
        owner.serial());
  }

  /** Returns the process a reference was made by, or null if it is none of {@link #next}. */
  static @Nullable Pid ownerOf(Reference reference, Atom node) {
    if (reference.wordCount() != WORDS || !reference.node().equals(node)) {
      return null;
    }
    return new Pid(node, reference.word(3), reference.word(4), reference.creation());
  }
}
