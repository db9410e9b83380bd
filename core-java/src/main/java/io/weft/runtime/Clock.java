package io.weft.runtime;

import java.time.Instant;

/** Monotonic time. Only differences of two readings of one clock mean anything. */
@FunctionalInterface
public interface Clock {
  /** Returns nanoseconds since an arbitrary origin; never goes backwards. */
  long nanoTime();

  /**
   * Returns the time of day, to be shown to people; it may be set back. A clock that knows none
   * takes its origin for the beginning of 1970.
   */
  default Instant now() {
    return Instant.EPOCH.plusNanos(nanoTime());
  }
}
