package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.term.Atom;

/** Which ends of a child its supervisor answers with a restart. */
public enum Restart {
  /** Every one. */
  PERMANENT,
  /** All but an orderly one: {@code normal}, {@code shutdown}, {@code {shutdown, _}}. */
  TRANSIENT,
  /** None; the child is forgotten. */
  TEMPORARY;

  Atom term() {
    return switch (this) {
      case PERMANENT -> Atom.of("permanent");
      case TRANSIENT -> Atom.of("transient");
      case TEMPORARY -> Atom.of("temporary");
    };
  }

  boolean appliesTo(ExitReason reason) {
    return switch (this) {
      case PERMANENT -> true;
      case TRANSIENT -> !reason.isOrderly();
      case TEMPORARY -> false;
    };
  }
}
