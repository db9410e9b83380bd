package io.weft.runtime;

/**
 * How much a turn that is ready to run hurries.
 *
 * @see <a href="https://www.erlang.org/doc/man/erlang.html#process_flag-2">OTP, process_flag
 *     priority</a>
 */
public enum Urgency {
  /** Runs now and then while others are ready, and at once when none is. */
  LOW,
  /** What nearly every process should be. */
  NORMAL,
  /** Runs before all that is normal or low. For work that is rare and short. */
  HIGH
}
