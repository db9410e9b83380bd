package io.weft.testkit;

import io.weft.runtime.Clock;
import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time that goes on only when it is told to. What is cancelled stays in the queue until it is due
 * or half of the queue is so.
 */
final class VirtualTime implements Clock, Timers {
  private static final int MOST_CANCELLED = 64;

  private final PriorityQueue<Pending> pending =
      new PriorityQueue<>(
          Comparator.comparingLong((Pending one) -> one.due).thenComparingLong(one -> one.number));
  private long now;
  private long timers;
  private int cancelled;

  private final class Pending implements Timer {
    final long due;
    final long number;
    final Runnable action;
    boolean over;

    Pending(long due, long number, Runnable action) {
      this.due = due;
      this.number = number;
      this.action = action;
    }

    @Override
    public boolean cancel() {
      synchronized (VirtualTime.this) {
        if (over) {
          return false;
        }
        over = true;
        cancelled++;
        tidy();
        return true;
      }
    }
  }

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Timer after(Duration delay, Runnable action) {
    timers++;
    var timer = new Pending(now + Math.max(0, delay.toNanos()), timers, action);
    pending.add(timer);
    return timer;
  }

  /** Goes on to the next timer and runs it; false if none is due until {@code limit}. */
  boolean fireNext(long limit) {
    Pending next = takeNext(limit);
    if (next == null) {
      return false;
    }
    next.action.run();
    return true;
  }

  private synchronized @Nullable Pending takeNext(long limit) {
    while (true) {
      Pending next = pending.peek();
      if (next == null || next.due > limit) {
        return null;
      }
      pending.remove();
      if (!next.over) {
        next.over = true;
        now = Math.max(now, next.due);
        return next;
      }
      cancelled--;
    }
  }

  private void tidy() {
    if (cancelled > MOST_CANCELLED && cancelled > pending.size() / 2) {
      pending.removeIf(timer -> timer.over);
      cancelled = 0;
    }
  }

  synchronized void moveTo(long time) {
    now = Math.max(now, time);
  }

  synchronized int size() {
    return pending.size() - cancelled;
  }

  @Override
  public synchronized void close() {
    pending.forEach(timer -> timer.over = true);
    pending.clear();
    cancelled = 0;
  }
}
