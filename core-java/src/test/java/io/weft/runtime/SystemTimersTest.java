package io.weft.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SystemTimersTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final SystemTimers timers = new SystemTimers();

  @AfterEach
  void itsThreadEnds() {
    RuntimeLeaks.closeAndCheck(timers);
  }

  @Test
  void neverFiresEarlyAndAlwaysFires() throws Exception {
    int threads = 3;
    int each = 2_000;
    var left = new CountDownLatch(threads * each);
    var earliest = new AtomicLong(Long.MAX_VALUE);
    for (int t = 0; t < threads; t++) {
      var random = new Random(t);
      Thread.ofPlatform()
          .start(() -> {
            for (int i = 0; i < each; i++) {
              long nanos = random.nextLong(50_000_000);
              long due = System.nanoTime() + nanos;
              timers.after(
                  Duration.ofNanos(nanos),
                  () -> {
                    earliest.accumulateAndGet(System.nanoTime() - due, Math::min);
                    left.countDown();
                  });
            }
          });
    }
    assertTrue(left.await(20, TimeUnit.SECONDS), () -> left.getCount() + " did not fire");
    assertTrue(earliest.get() >= 0, () -> "one fired " + -earliest.get() + " ns early");
    assertEquals(0, timers.size());
  }

  @Test
  void anEarlierTimerWakesTheDriverThatSleepsForALaterOne() throws Exception {
    timers.after(LONG, () -> {});
    for (int round = 0; round < 300; round++) {
      var fired = new CountDownLatch(1);
      timers.after(Duration.ofNanos(round * 5_000L), fired::countDown);
      assertTrue(fired.await(10, TimeUnit.SECONDS), "the driver slept past a timer");
    }
    assertEquals(1, timers.size());
  }

  @Test
  void aCancelledTimerIsFreeAtOnceAndNeverFires() {
    var fired = new AtomicInteger();
    Timers.Timer timer = timers.after(LONG, fired::incrementAndGet);
    assertEquals(1, timers.size());
    assertTrue(timer.cancel());
    assertEquals(0, timers.size());
    assertFalse(timer.cancel());
    assertEquals(0, fired.get());
  }

  @Test
  void aTimerThatFiredCannotBeCancelled() throws Exception {
    var fired = new CountDownLatch(1);
    Timers.Timer timer = timers.after(Duration.ZERO, fired::countDown);
    assertTrue(fired.await(10, TimeUnit.SECONDS));
    assertFalse(timer.cancel());
  }

  @Test
  void cancelAndFireAgreeOnWhichHappened() throws Exception {
    for (int round = 0; round < 500; round++) {
      var fired = new AtomicInteger();
      Timers.Timer timer = timers.after(Duration.ofNanos(500_000), fired::incrementAndGet);
      Await.until("the time has nearly come", new Elapsed(1_000_000 + round * 1_000L));
      if (!timer.cancel()) {
        Await.until("what was not cancelled fires", () -> fired.get() == 1);
      } else {
        assertEquals(0, fired.get());
      }
    }
    assertEquals(0, timers.size());
  }

  /** True when some time has passed since it was made. */
  private record Elapsed(long since, long nanos) implements java.util.function.BooleanSupplier {
    Elapsed(long nanos) {
      this(System.nanoTime(), nanos);
    }

    @Override
    public boolean getAsBoolean() {
      return System.nanoTime() - since >= nanos;
    }
  }

  @Test
  void aMillionSetAndCancelledLeaveNothing() {
    int many = 1_000_000;
    List<Timers.Timer> set = new ArrayList<>(many);
    for (int i = 0; i < many; i++) {
      set.add(timers.after(LONG.plusMillis(i), () -> {}));
    }
    assertEquals(many, timers.size());
    set.forEach(Timers.Timer::cancel);
    assertEquals(0, timers.size());
  }

  @Test
  void delaysWithoutMeaningAreZeroOrNever() throws Exception {
    var fired = new CountDownLatch(2);
    timers.after(Duration.ofSeconds(Long.MIN_VALUE), fired::countDown);
    timers.after(Duration.ofNanos(-1), fired::countDown);
    assertTrue(fired.await(10, TimeUnit.SECONDS));
    Timers.Timer never = timers.after(Duration.ofSeconds(Long.MAX_VALUE), () -> {});
    Timers.Timer hardlyEver = timers.after(Duration.ofNanos(Long.MAX_VALUE), () -> {});
    var fires = new CountDownLatch(1);
    timers.after(Duration.ofMillis(2), fires::countDown);
    assertTrue(fires.await(10, TimeUnit.SECONDS), "the far ones hold up the near one");
    assertTrue(never.cancel());
    assertTrue(hardlyEver.cancel());
  }

  @Test
  void anActionThatFailsDoesNotEndTheTimers() throws Exception {
    var fired = new CountDownLatch(1);
    timers.after(
        Duration.ZERO,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    timers.after(Duration.ofMillis(1), fired::countDown);
    assertTrue(fired.await(10, TimeUnit.SECONDS));
  }

  @Test
  void withoutTimersItsThreadSleepsUntilThereIsOne() {
    Await.until(
        "it waits without a time", () -> timers.driver().getState() == Thread.State.WAITING);
  }
}
