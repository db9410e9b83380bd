package io.weft.runtime;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Timers on one daemon thread; a cancelled timer leaves memory at once. */
final class SystemTimers implements Timers {
  private final ScheduledThreadPoolExecutor executor;

  SystemTimers() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> Thread.ofPlatform().name("weft-timers").daemon().unstarted(task),
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    ScheduledFuture<?> pending = executor.schedule(action, nanosOf(delay), TimeUnit.NANOSECONDS);
    return () -> pending.cancel(false);
  }

  /**
   * A delay too long for nanoseconds in a long (292 years) fires never, which is what its author
   * meant.
   */
  private static long nanosOf(Duration delay) {
    try {
      return delay.toNanos();
    } catch (ArithmeticException tooLong) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
