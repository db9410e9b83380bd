package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * References of processes. The words are a number that the process uses once, and the process: so
 * they never repeat on a node, need no shared counter, and lead back to the process when one is
 * used as an alias.
 *
 * <p>The first word keeps to 18 bits, as every OTP release expects: the lower bits of the number.
 * The process follows, and only then, in two further words, the upper bits, if there are any: three
 * words are all that a peer without the flag V4_NC takes, and all that some peers with it give
 * back.
 */
final class References {
  /** How many words a reference has that nobody cuts. */
  private static final int SHORT = 3;

  private static final int LONG = 5;

  private References() {}

  static Reference next(Pid owner, long number) {
    int low = (int) (number & 0x3ffff);
    long high = number >>> 18;
    return high == 0
        ? Reference.of(owner.node(), owner.creation(), low, owner.id(), owner.serial())
        : Reference.of(
            owner.node(),
            owner.creation(),
            low,
            owner.id(),
            owner.serial(),
            (int) high,
            (int) (high >>> 32));
  }

  /** Returns the process a reference was made by, or null if it is none of {@link #next}. */
  static @Nullable Pid ownerOf(Reference reference, Atom node) {
    int words = reference.wordCount();
    if ((words != SHORT && words != LONG) || !reference.node().equals(node)) {
      return null;
    }
    return new Pid(node, reference.word(1), reference.word(2), reference.creation());
  }

  /** Whether a peer may give back less than the whole reference. */
  static boolean mayBeCut(Reference reference) {
    return reference.wordCount() > SHORT;
  }

  /**
   * Returns the key that a peer means by a reference: itself, or the whole of which it is the
   * beginning.
   */
  static Reference meant(Reference reference, Map<Reference, ?> keys) {
    if (!mayBeCut(reference) && !keys.containsKey(reference)) {
      for (Reference key : keys.keySet()) {
        if (mayBeCut(key) && isBeginning(reference, key)) {
          return key;
        }
      }
    }
    return reference;
  }

  private static boolean isBeginning(Reference cut, Reference whole) {
    for (int i = 0; i < cut.wordCount(); i++) {
      if (cut.word(i) != whole.word(i)) {
        return false;
      }
    }
    return cut.wordCount() == SHORT && cut.creation() == whole.creation();
  }
}
