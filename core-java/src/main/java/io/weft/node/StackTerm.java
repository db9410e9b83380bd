package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;

/** The stacks in reasons: {@code {Reason, [{Module, Function, Arity, Location}, ...]}}. */
@SuppressWarnings("ReferenceEquality") // what has no stack stays the same
final class StackTerm {
  private static final int FRAME_ARITY = 4;

  /** Reasons of supervisors and calls hold others; what lies deeper is cut in any case. */
  private static final int MAX_DEPTH = 8;

  private StackTerm() {}

  /** Returns a reason with what failed in place of {@code {What, Stack}}. */
  static Term without(Term reason) {
    return without(reason, MAX_DEPTH);
  }

  private static Term without(Term reason, int depth) {
    if (!(reason instanceof Tuple tuple) || depth == 0) {
      return reason;
    }
    if (tuple.arity() == 2 && isStack(tuple.get(1))) {
      return without(tuple.get(0), depth - 1);
    }
    Term[] elements = new Term[tuple.arity()];
    boolean same = true;
    for (int i = 0; i < elements.length; i++) {
      Term before = tuple.get(i);
      elements[i] = without(before, depth - 1);
      same &= elements[i] == before;
    }
    return same ? reason : Tuple.of(elements);
  }

  private static boolean isStack(Term term) {
    return term instanceof ListTerm list
        && !list.elements().isEmpty()
        && isFrame(list.elements().getFirst());
  }

  /** The arguments may stand in place of the arity. */
  private static boolean isFrame(Term term) {
    return term instanceof Tuple frame
        && frame.arity() == FRAME_ARITY
        && frame.get(0) instanceof Atom
        && frame.get(1) instanceof Atom
        && (frame.get(2) instanceof IntTerm || frame.get(2) instanceof ListTerm)
        && frame.get(3) instanceof ListTerm;
  }
}
