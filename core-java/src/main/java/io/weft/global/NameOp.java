package io.weft.global;

import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;

/** A change of the table of names that two partitions have agreed on. */
sealed interface NameOp {
  /** The name stands for this process, whatever it stood for. */
  record Insert(Registration registration) implements NameOp {}

  /** The name is free. */
  record Delete(Term name) implements NameOp {}

  /** Returns what nodes send each other. */
  default Tuple toTerm() {
    return switch (this) {
      case Insert(Registration registration) -> Tuple.of(Words.INSERT, registration.toTerm());
      case Delete(Term name) -> Tuple.of(Words.DELETE, name);
    };
  }

  /** Reads what another node sent. */
  static NameOp of(Term term) {
    Tuple op = Words.tuple(term, 2);
    if (op.get(0).equals(Words.INSERT)) {
      return new Insert(Registration.of(op.get(1)));
    }
    if (op.get(0) instanceof Atom atom && atom.equals(Words.DELETE)) {
      return new Delete(op.get(1));
    }
    throw Words.malformed("an operation on names", term);
  }
}
