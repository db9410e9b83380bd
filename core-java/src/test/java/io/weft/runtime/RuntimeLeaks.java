package io.weft.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.Await;
import java.util.List;

/** Checks that nothing is left of what ran on the seams of the real machine. */
public final class RuntimeLeaks {
  private static final Seams SHARED = Seams.system();

  private RuntimeLeaks() {}

  /** Returns seams that live as long as the tests, for nodes in a time of their own. */
  public static Seams shared() {
    return SHARED;
  }

  /** Tells whether a thread belongs to {@link #shared}. */
  public static boolean isShared(Thread thread) {
    return ((CarrierScheduler) SHARED.scheduler()).threads().contains(thread)
        || ((SystemTimers) SHARED.timers()).driver().equals(thread);
  }

  /** All processes have ended, and with them what they waited for. */
  public static void checkTimers(Seams seams) {
    if (seams.timers() instanceof SystemTimers timers) {
      assertEquals(0, timers.size(), "timers left");
    }
  }

  /** The seams were closed: their threads must end. */
  public static void checkThreads(Seams seams) {
    if (seams.scheduler() instanceof CarrierScheduler scheduler) {
      checkEnd(scheduler.threads());
    }
    if (seams.timers() instanceof SystemTimers timers) {
      checkEnd(List.of(timers.driver()));
    }
  }

  static void closeAndCheck(CarrierScheduler scheduler) {
    scheduler.close();
    checkEnd(scheduler.threads());
  }

  static void closeAndCheck(SystemTimers timers) {
    timers.close();
    checkEnd(List.of(timers.driver()));
  }

  private static void checkEnd(List<Thread> threads) {
    for (Thread thread : threads) {
      Await.until(thread.getName() + " ends", () -> !thread.isAlive());
    }
    assertEquals(0, threads.stream().filter(Thread::isAlive).count());
  }
}
