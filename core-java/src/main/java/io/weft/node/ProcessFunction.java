package io.weft.node;

import io.weft.term.Term;
import java.util.List;

/** A function that is the life of a process: what it does is told by a blueprint. */
@FunctionalInterface
public interface ProcessFunction {
  /**
   * Returns what runs. Called by the thread that reads the connection on which the request came, so
   * it must only make a blueprint, at once. A failure is that of the process, which starts all the
   * same.
   */
  Blueprint<?> apply(List<Term> arguments) throws Exception;
}
