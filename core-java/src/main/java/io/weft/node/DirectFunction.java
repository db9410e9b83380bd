package io.weft.node;

import io.weft.term.Term;
import java.util.List;

/**
 * A function that returns a value at once and needs no process of its own: it must not block. Any
 * thread.
 */
@FunctionalInterface
public interface DirectFunction {
  /** Returns the value; fails as a {@link ValueFunction} does. */
  Term apply(List<Term> arguments) throws Exception;
}
