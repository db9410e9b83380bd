package io.weft.runtime;

/** Monotonic time. Only differences of two readings of one clock mean anything. */
@FunctionalInterface
public interface Clock {
  /** Returns nanoseconds since an arbitrary origin; never goes backwards. */
  long nanoTime();
}
