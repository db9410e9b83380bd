package io.weft.runtime;

import java.time.Duration;

/** Runs actions after a delay. */
public interface Timers {
  /**
   * Runs {@code action} once, {@code delay} from now, on a thread of the timers. The action must be
   * short and must not block: it sends a signal or submits work. A delay of zero or less fires as
   * soon as possible, never inside the call.
   */
  Timer after(Duration delay, Runnable action);

  /** Returns how many wait; -1 if they are not counted. */
  default int pending() {
    return -1;
  }

  /** Drops all timers that have not fired. Idempotent. */
  void close();

  /** One pending action. */
  @FunctionalInterface
  interface Timer {
    /** Cancels the action and frees it; true if it had not fired and now never will. */
    boolean cancel();
  }
}
