package io.weft.node;

/**
 * The straight-line body of a process. When it returns, the process ends {@code normal}; when a
 * failure escapes, with that failure.
 */
@FunctionalInterface
public interface StraightLineBody<M> {
  /** Runs the process, on a thread of its own. */
  void run(BlockingSelf<M> self) throws Exception;
}
