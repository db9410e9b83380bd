package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.Locale;

/** What the end of a running application means to its node. To stop it by request means nothing. */
public enum ApplicationType {
  /** A line in the log; the default. */
  TEMPORARY,
  /** The end of the node, unless it ended {@code normal}. */
  TRANSIENT,
  /** The end of the node, however it ended. */
  PERMANENT;

  /** Returns {@code temporary}, {@code transient} or {@code permanent}. */
  public Term term() {
    return Atom.of(name().toLowerCase(Locale.ROOT));
  }

  /** Returns the type that a term is. */
  static ApplicationType of(Term term) {
    for (ApplicationType type : values()) {
      if (type.term().equals(term)) {
        return type;
      }
    }
    throw new TermMappingException("no type of an application: " + term);
  }

  boolean endsNode(ExitReason reason) {
    return switch (this) {
      case TEMPORARY -> false;
      case TRANSIENT -> !reason.isNormal();
      case PERMANENT -> true;
    };
  }
}
