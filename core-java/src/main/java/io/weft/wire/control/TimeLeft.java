package io.weft.wire.control;

/** How long the sender of a request waits for the answer from now on, whenever that is asked. */
@FunctionalInterface
public interface TimeLeft {
  /** Returns the time in nanoseconds; not positive if it is over. */
  long nanos();

  /** Returns a time that does not pass: what came over the wire, seen when it came. */
  static TimeLeft of(long nanos) {
    return new Told(nanos);
  }

  /** A time as it was told. */
  record Told(long nanos) implements TimeLeft {}
}
