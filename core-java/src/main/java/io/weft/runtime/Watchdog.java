package io.weft.runtime;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after turns that take long: gives what waits behind them to other carriers, and reports
 * them when they take very long, each time twice as long as before.
 *
 * <p>It looks every {@link #ROUND} while a carrier works, and sleeps when all are at rest. What the
 * {@link Poller} tells while turns take long, it hears.
 */
final class Watchdog extends Thread {
  private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
  private static final Duration ROUND = Duration.ofMillis(5);
  private static final int MAX_FRAMES = 30;

  private final CarrierScheduler scheduler;
  private final Watched[] watched;
  private final long stuckNanos;
  private final StuckTurns stuckTurns;
  private volatile boolean asleep;

  /** Hears of turns that take very long. */
  @FunctionalInterface
  interface StuckTurns {
    /** The turn of {@code whose} holds the carrier for so long already, and is there now. */
    void report(Object whose, Thread carrier, Duration held, StackTraceElement[] stack);
  }

  /** What one carrier did when the watchdog looked last. */
  private static final class Watched {
    final Carrier carrier;
    long turns = -1;
    long since;
    long reportAfter;

    Watched(Carrier carrier) {
      this.carrier = carrier;
    }
  }

  Watchdog(
      CarrierScheduler scheduler, Carrier[] carriers, Duration stuckAfter, StuckTurns stuckTurns) {
    super("weft-watchdog");
    this.scheduler = scheduler;
    this.stuckNanos = stuckAfter.toNanos();
    this.stuckTurns = stuckTurns;
    this.watched = new Watched[carriers.length];
    for (int i = 0; i < carriers.length; i++) {
      watched[i] = new Watched(carriers[i]);
    }
    setDaemon(true);
  }

  /** A carrier was parked and works again. */
  void attend() {
    if (asleep) {
      LockSupport.unpark(this);
    }
  }

  void close() {
    LockSupport.unpark(this);
  }

  @Override
  public void run() {
    while (!scheduler.isClosed()) {
      if (scheduler.isAtRest()) {
        sleep();
      } else {
        LockSupport.parkNanos(ROUND.toNanos());
      }
      for (Watched one : watched) {
        look(one);
      }
      scheduler.polling().lookAgain();
      scheduler.fillVacancy();
    }
  }

  private void sleep() {
    asleep = true;
    if (scheduler.isAtRest() && !scheduler.isClosed()) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  private void look(Watched one) {
    long turns = one.carrier.turns();
    long now = System.nanoTime();
    if (turns != one.turns || one.carrier.running() == null) {
      one.turns = turns;
      one.since = now;
      one.reportAfter = stuckNanos;
      return;
    }
    Runnable behind = one.carrier.stealNext();
    if (behind != null) {
      scheduler.share(behind);
    } else if (one.carrier.hasQueued()) {
      scheduler.wakeOne();
    }
    if (now - one.since >= one.reportAfter) {
      one.reportAfter *= 2;
      report(one, now - one.since);
    }
  }

  private void report(Watched one, long nanos) {
    Object whose = one.carrier.running();
    StackTraceElement[] stack = one.carrier.getStackTrace();
    if (whose != null) {
      stuckTurns.report(whose, one.carrier, Duration.ofNanos(nanos), stack);
    }
  }

  /** Writes a line to the log. */
  static void log(Object whose, Thread carrier, Duration held, StackTraceElement[] stack) {
    log.warn(
        "{} holds {} for {} ms in one turn: a process must not block or compute for long; do"
            + " such work in a straight-line body in Java, in withContext(Dispatchers.IO) in"
            + " Kotlin\n{}",
        whose,
        carrier.getName(),
        held.toMillis(),
        text(stack));
  }

  private static String text(@Nullable StackTraceElement[] stack) {
    var text = new StringBuilder();
    for (int i = 0; i < Math.min(stack.length, MAX_FRAMES); i++) {
      text.append("\tat ").append(stack[i]).append('\n');
    }
    return text.toString();
  }
}
