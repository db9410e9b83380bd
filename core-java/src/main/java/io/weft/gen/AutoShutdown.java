package io.weft.gen;

import io.weft.term.Atom;

/**
 * Whether a supervisor ends with its {@linkplain ChildSpec#significant significant} children.
 *
 * <p>Only children count that end by themselves and are not restarted; one that is terminated by
 * request or stopped along with a failed sibling does not. The supervisor stops its other children
 * and ends with {@code shutdown}.
 */
public enum AutoShutdown {
  /** Never, the default; no child may be significant then. */
  NEVER,
  /** When the first of them has ended. */
  ANY_SIGNIFICANT,
  /** When the last of them has ended. */
  ALL_SIGNIFICANT;

  Atom term() {
    return switch (this) {
      case NEVER -> Atom.of("never");
      case ANY_SIGNIFICANT -> Atom.of("any_significant");
      case ALL_SIGNIFICANT -> Atom.of("all_significant");
    };
  }
}
