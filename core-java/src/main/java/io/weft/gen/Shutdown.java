package io.weft.gen;

import java.time.Duration;

/** How a supervisor stops a child. */
public sealed interface Shutdown {
  /** Five seconds, OTP's default for workers. */
  Shutdown DEFAULT = new Within(Duration.ofSeconds(5));

  /** Returns {@link #DEFAULT} for workers, {@link Infinity} for supervisors. */
  static Shutdown defaultOf(ChildType type) {
    return type == ChildType.SUPERVISOR ? new Infinity() : DEFAULT;
  }

  /** Asks with {@code shutdown} and kills what is left after {@code time}. */
  record Within(Duration time) implements Shutdown {
    public Within {
      if (time.isNegative()) {
        throw new IllegalArgumentException("a shutdown time must not be negative: " + time);
      }
    }
  }

  /** Asks with {@code shutdown} and waits for ever: for supervisors. */
  record Infinity() implements Shutdown {}

  /** Kills at once. */
  record BrutalKill() implements Shutdown {}
}
