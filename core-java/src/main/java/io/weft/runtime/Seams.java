package io.weft.runtime;

import java.security.SecureRandom;

/** The scheduler, clock, timers and randomness one or more nodes run on. */
public record Seams(Scheduler scheduler, Clock clock, Timers timers, Entropy entropy)
    implements AutoCloseable {

  /**
   * Returns seams over the real machine: one carrier thread for each processor, the system's
   * monotonic clock and secure random numbers. The threads are daemons; {@link #close} ends them.
   */
  public static Seams system() {
    var random = new SecureRandom();
    return new Seams(
        new CarrierScheduler(Math.max(2, Runtime.getRuntime().availableProcessors())),
        System::nanoTime,
        new SystemTimers(),
        random::nextLong);
  }

  @Override
  public void close() {
    timers.close();
    scheduler.close();
  }
}
