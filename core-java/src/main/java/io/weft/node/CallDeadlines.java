package io.weft.node;

import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When the calls of one process inside the node time out. Used in the turns of its process only.
 *
 * <p>Nearly every call is answered long before its time is up, so a call has no timer at first: one
 * watch, set for the earliest deadline, stands for all, and is not called off when they are
 * answered. When it goes off, it ends the calls that are due and gives each of the others a timer
 * of its own; so none is looked at twice, however many there are.
 */
@SuppressWarnings("ReferenceEquality") // a watch is itself
final class CallDeadlines {
  /** Nobody waits longer than this, a hundred years, and sums with the clock do not overflow. */
  private static final long NEVER = Long.MAX_VALUE / 3;

  private final Process<?> self;
  private @Nullable Watch watch;

  CallDeadlines(Process<?> self) {
    this.self = self;
  }

  /** The call begins to wait for {@code within}. */
  void add(LocalCall<?> call, Duration within) {
    long now = now();
    long deadline = now + nanos(within);
    call.deadline = deadline;
    Watch present = watch;
    if (present == null || deadline - present.at < 0) {
      close();
      watch = new Watch(deadline, deadline - now);
    }
  }

  /** Nobody waits any more. */
  void close() {
    Watch present = watch;
    watch = null;
    if (present != null) {
      present.timer.cancel();
    }
  }

  private void wentOff(Watch which) {
    if (which != watch) {
      return;
    }
    watch = null;
    Calls calls = self.extras().calls;
    long now = now();
    List<LocalCall<?>> due = new ArrayList<>();
    for (LocalCall<?> call = calls.firstPending(); call != null; call = call.nextPending) {
      if (call.within == null || call.timer != null) {
        continue;
      }
      if (call.deadline - now <= 0) {
        due.add(call);
      } else {
        call.timer = timers().after(Duration.ofNanos(call.deadline - now), call);
      }
    }
    due.sort(Comparator.comparingLong(call -> call.deadline - now));
    due.forEach(call -> self.guard(() -> calls.timedOut(call)));
  }

  private long now() {
    return self.node().seams().clock().nanoTime();
  }

  private Timers timers() {
    return self.node().seams().timers();
  }

  /** Returns the deadline that is so far from now, by {@code nanoTime} of the node's clock. */
  static long in(Node node, long nanos) {
    return node.seams().clock().nanoTime() + Math.clamp(nanos, 0, NEVER);
  }

  static long nanos(Duration within) {
    try {
      return Math.clamp(within.toNanos(), 0, NEVER);
    } catch (ArithmeticException tooLong) {
      return within.isNegative() ? 0 : NEVER;
    }
  }

  /** The timer that stands for the calls without one. */
  private final class Watch implements Runnable {
    final long at;
    final Timers.Timer timer;

    Watch(long at, long delay) {
      this.at = at;
      this.timer = timers().after(Duration.ofNanos(delay), this);
    }

    /** On a thread of the timers. */
    @Override
    public void run() {
      self.post(() -> wentOff(this));
    }
  }
}
