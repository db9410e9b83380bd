package io.weft.gen;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many restarts within what time a supervisor takes for bad luck; one more is taken for a fault
 * that restarting does not cure.
 *
 * <p>Time counts in whole seconds, as in OTP, so that two restarts 1.1 s apart may both count
 * towards a period of 1 s.
 *
 * @param restarts how many are fine; 0 makes the first one fatal
 * @param period within which time, at least a second
 */
public record Intensity(int restarts, Duration period) {
  /** One restart in five seconds, OTP's default. */
  public static final Intensity DEFAULT = new Intensity(1, Duration.ofSeconds(5));

  public Intensity {
    if (restarts < 0) {
      throw new InvalidException(
          "intensity must not be negative: " + restarts, "invalid_intensity", restarts);
    }
    if (period.toSeconds() < 1) {
      throw new InvalidException(
          "the period of an intensity must be at least 1 s, not " + period,
          "invalid_period",
          period.toSeconds());
    }
  }

  /** Also says in OTP's words what is wrong. */
  static final class InvalidException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final transient Term error;

    InvalidException(String message, String what, long value) {
      super(message);
      error = Tuple.of(Atom.of(what), new IntTerm(value));
    }

    Term error() {
      return error;
    }
  }

  /** Counts the restarts of one supervisor. */
  final class Counter {
    private final Deque<Long> seconds;

    Counter() {
      seconds = new ArrayDeque<>(0);
    }

    /** Goes on from what another one has counted. */
    Counter(Counter before) {
      seconds = before.seconds;
    }

    Intensity intensity() {
      return Intensity.this;
    }

    /** Counts a restart; false if it is one too many. */
    boolean allows(long nanoTime) {
      long now = Math.floorDiv(nanoTime, 1_000_000_000L);
      seconds.addLast(now);
      while (seconds.getFirst() < now - period.toSeconds()) {
        seconds.removeFirst();
      }
      return seconds.size() <= restarts;
    }
  }
}
