package io.weft.gen;

import io.weft.node.ExitReason;

/** Which ends of a child its supervisor answers with a restart. */
public enum Restart {
  /** Every one. */
  PERMANENT,
  /** All but an orderly one: {@code normal}, {@code shutdown}, {@code {shutdown, _}}. */
  TRANSIENT,
  /** None; the child is forgotten. */
  TEMPORARY;

  boolean appliesTo(ExitReason reason) {
    return switch (this) {
      case PERMANENT -> true;
      case TRANSIENT -> !reason.isOrderly();
      case TEMPORARY -> false;
    };
  }
}
