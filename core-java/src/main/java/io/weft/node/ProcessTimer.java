package io.weft.node;

import io.weft.runtime.Clock;
import io.weft.runtime.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A message that will be sent: what {@code erlang:send_after} and {@code start_timer} return. Any
 * thread.
 */
public final class ProcessTimer {
  private final Clock clock;
  private final long due;
  private final Timers.Timer timer;

  ProcessTimer(Clock clock, Timers timers, Duration delay, Runnable send) {
    this.clock = clock;
    this.due = clock.nanoTime() + Math.max(0, delay.toNanos());
    this.timer = timers.after(delay, send);
  }

  /**
   * Cancels the timer and frees it; returns how much time was left, or null if the message was sent
   * or the timer cancelled before.
   */
  public @Nullable Duration cancel() {
    return timer.cancel() ? remaining() : null;
  }

  /** Returns how long it takes until the message is sent; zero if that is over. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, due - clock.nanoTime()));
  }
}
