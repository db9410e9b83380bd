package io.weft.node;

import io.weft.term.Term;

/**
 * A function that returns a value. It runs as the straight-line body of a process made for the one
 * call, so it may block.
 */
@FunctionalInterface
public interface ValueFunction {
  /**
   * Returns the value. To fail as a function in Erlang does, throw a {@link ThrowException}, an
   * {@link ExitException} or an {@link ErrorException}; any other failure is an error as well.
   */
  Term apply(FunctionCall call) throws Exception;
}
