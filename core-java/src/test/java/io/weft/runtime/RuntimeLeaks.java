package io.weft.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.Await;
import java.util.List;

/** Checks that nothing is left of what ran on the seams of the real machine. */
public final class RuntimeLeaks {
  private RuntimeLeaks() {}

  /** The timers of processes that have ended must be gone; others are not known. */
  public static void checkTimers(Seams seams) {
    if (seams.timers() instanceof SystemTimers timers) {
      Await.until("no timer is left", () -> timers.size() == 0);
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
