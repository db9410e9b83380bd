package io.weft.gen;

import io.weft.node.ExitReason;

/** What the end of a running application means to its node. To stop it by request means nothing. */
public enum ApplicationType {
  /** A line in the log; the default. */
  TEMPORARY,
  /** The end of the node, unless it ended {@code normal}. */
  TRANSIENT,
  /** The end of the node, however it ended. */
  PERMANENT;

  boolean endsNode(ExitReason reason) {
    return switch (this) {
      case TEMPORARY -> false;
      case TRANSIENT -> !reason.isNormal();
      case PERMANENT -> true;
    };
  }
}
