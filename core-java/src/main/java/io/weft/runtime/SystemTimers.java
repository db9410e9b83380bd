package io.weft.runtime;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timers with a resolution of one millisecond, on a {@link TimerWheel} for each of a few groups of
 * threads, all driven by one daemon thread. A timer never fires early; a cancelled one leaves
 * memory at once.
 *
 * <p>The thread sleeps until the earliest tick any wheel has, and is woken by whoever sets a timer
 * before that. Each wheel has its own lock, so that threads that set and cancel timers seldom meet.
 */
final class SystemTimers implements Timers {
  private static final Logger log = LoggerFactory.getLogger(SystemTimers.class);
  private static final long NANOS_A_TICK = TimeUnit.MILLISECONDS.toNanos(1);

  /** A power of two. */
  private static final int SHARDS = 8;

  private final long origin = System.nanoTime();
  private final Shard[] shards = new Shard[SHARDS];
  private final Thread driver;

  /** The tick the driver sleeps until. */
  private volatile long wakeAt;

  private volatile boolean closed;

  SystemTimers() {
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new Shard();
    }
    driver = Thread.ofPlatform().name("weft-timers").daemon().start(this::drive);
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    long nanos = Math.max(0, nanosOf(delay));
    long elapsed = System.nanoTime() - origin;
    long tick = ceilTick(elapsed + nanos < 0 ? Long.MAX_VALUE : elapsed + nanos);
    Shard shard = shards[(int) Thread.currentThread().threadId() & SHARDS - 1];
    var pending = new Pending(shard, action);
    shard.add(pending, tick);
    if (tick < wakeAt) {
      LockSupport.unpark(driver);
    }
    return pending;
  }

  private static long ceilTick(long nanos) {
    return nanos / NANOS_A_TICK + (nanos % NANOS_A_TICK == 0 ? 0 : 1);
  }

  /**
   * A delay too long for nanoseconds in a long (292 years) fires never, which is what its author
   * meant.
   */
  private static long nanosOf(Duration delay) {
    try {
      return delay.toNanos();
    } catch (ArithmeticException tooLong) {
      return delay.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  @Override
  public int pending() {
    return size();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(driver);
  }

  /** Returns how many timers wait. */
  int size() {
    int sum = 0;
    for (Shard shard : shards) {
      sum += shard.size();
    }
    return sum;
  }

  Thread driver() {
    return driver;
  }

  // --- the driver --------------------------------------------------------------------------------

  private void drive() {
    while (!closed) {
      wakeAt = 0; // whoever sets a timer while the shards are read, wakes the next sleep
      long earliest = Long.MAX_VALUE;
      long now = (System.nanoTime() - origin) / NANOS_A_TICK;
      for (Shard shard : shards) {
        shard.fire(now);
        earliest = Math.min(earliest, shard.nextTick());
      }
      sleepUntil(earliest);
    }
  }

  /**
   * A timer that was set after its shard was read is seen by one of the two sides: it was added
   * before its author read {@link #wakeAt}, which is written here before the shards are asked
   * again.
   */
  private void sleepUntil(long tick) {
    wakeAt = tick;
    if (closed || earliest() < tick) {
      return;
    }
    if (tick == Long.MAX_VALUE) {
      LockSupport.park(this);
    } else {
      long nanos = tick * NANOS_A_TICK - (System.nanoTime() - origin);
      if (nanos > 0) {
        LockSupport.parkNanos(this, nanos);
      }
    }
    Thread.interrupted(); // a stray interrupt must not turn sleeping into spinning
  }

  private long earliest() {
    long earliest = Long.MAX_VALUE;
    for (Shard shard : shards) {
      earliest = Math.min(earliest, shard.nextTick());
    }
    return earliest;
  }

  /** One wheel and its lock. */
  static final class Shard {
    private final TimerWheel wheel = new TimerWheel(0);

    synchronized void add(Pending pending, long tick) {
      wheel.add(pending, tick);
    }

    synchronized boolean remove(Pending pending) {
      return wheel.remove(pending);
    }

    synchronized int size() {
      return wheel.size();
    }

    synchronized long nextTick() {
      return wheel.nextTick();
    }

    synchronized @Nullable Pending due(long now) {
      return (Pending) wheel.advance(now);
    }

    /** Runs what is due, without the lock. */
    void fire(long now) {
      for (Pending due = due(now); due != null; due = due(now)) {
        due.run();
      }
    }
  }

  /** One timer. */
  static final class Pending extends TimerWheel.Entry implements Timer {
    private final Shard shard;
    private final Runnable action;

    Pending(Shard shard, Runnable action) {
      this.shard = shard;
      this.action = action;
    }

    void run() {
      try {
        action.run();
      } catch (RuntimeException failure) {
        log.error("The action of a timer failed; the timers go on", failure);
      }
    }

    @Override
    public boolean cancel() {
      return shard.remove(this);
    }
  }
}
