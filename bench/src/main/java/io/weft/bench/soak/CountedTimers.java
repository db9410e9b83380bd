package io.weft.bench.soak;

import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Timers that know how many of them are pending. */
final class CountedTimers implements Timers {
  private final Timers timers;
  private final AtomicLong pending = new AtomicLong();

  CountedTimers(Timers timers) {
    this.timers = timers;
  }

  @Override
  public int pending() {
    return Math.toIntExact(pending.get());
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    pending.incrementAndGet();
    Timer timer =
        timers.after(
            delay,
            () -> {
              pending.decrementAndGet();
              action.run();
            });
    return () -> {
      boolean cancelled = timer.cancel();
      if (cancelled) {
        pending.decrementAndGet();
      }
      return cancelled;
    };
  }

  @Override
  public void close() {
    timers.close();
  }
}
