package io.weft.runtime;

import java.security.SecureRandom;
import java.time.Duration;

/** What one or more nodes run on: everything that could make one run differ from another. */
public record Seams(
    Scheduler scheduler, Strands strands, Clock clock, Timers timers, Entropy entropy)
    implements AutoCloseable {

  /** A turn that takes longer than this is reported. */
  private static final Duration STUCK_AFTER = Duration.ofSeconds(1);

  /**
   * Returns seams over the real machine: one carrier thread for each processor, virtual threads for
   * straight-line bodies, the system's monotonic clock and secure random numbers. The threads are
   * daemons; {@link #close} ends them.
   */
  public static Seams system() {
    return system(Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  /** Returns the same with so many carrier threads, of which there must be one. */
  public static Seams system(int carriers) {
    if (carriers < 1) {
      throw new IllegalArgumentException("there must be at least one carrier, not " + carriers);
    }
    var random = new SecureRandom();
    return new Seams(
        new CarrierScheduler(carriers, STUCK_AFTER),
        new VirtualStrands(),
        SystemClock.INSTANCE,
        new SystemTimers(),
        random::nextLong);
  }

  @Override
  public void close() {
    timers.close();
    scheduler.close();
  }
}
