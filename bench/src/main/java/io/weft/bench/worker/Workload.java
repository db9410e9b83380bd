package io.weft.bench.worker;

/** How a contestant does one row. */
@FunctionalInterface
public interface Workload {
  /** Does {@code ops} operations and returns what they took together: nanoseconds, or bytes. */
  long run(int ops) throws Exception;
}
