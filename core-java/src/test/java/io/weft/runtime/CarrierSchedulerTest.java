package io.weft.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules that {@link CarrierScheduler} tells in its head. */
final class CarrierSchedulerTest {
  private static final Duration NEVER = Duration.ofDays(1);

  private static final int ROUNDS = Integer.getInteger("weft.rounds", 500);

  private final List<CarrierScheduler> started = new ArrayList<>();

  private CarrierScheduler scheduler(int carriers) {
    var scheduler = new CarrierScheduler(carriers, NEVER);
    started.add(scheduler);
    return scheduler;
  }

  @AfterEach
  void noThreadIsLeft() {
    for (CarrierScheduler scheduler : started) {
      RuntimeLeaks.closeAndCheck(scheduler);
    }
  }

  // --- every turn runs once ----------------------------------------------------------------------

  @Test
  void everyTurnRunsOnceUnderLoadFromInsideAndOutside() throws Exception {
    int perThread = 20_000;
    int threads = 3;
    CarrierScheduler scheduler = scheduler(3);
    var runs = new AtomicIntegerArray(threads * perThread * 3);
    var left = new CountDownLatch(runs.length());
    List<Thread> outside = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int first = t * perThread;
      outside.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = first; i < first + perThread; i++) {
                  int turn = i * 3;
                  Runnable count = () -> ran(runs, turn, left);
                  Runnable inside =
                      () -> {
                        count.run();
                        scheduler.execute(() -> ran(runs, turn + 1, left));
                        scheduler.executeLater(() -> ran(runs, turn + 2, left));
                      };
                  scheduler.execute(inside, Urgency.values()[i % 3]);
                }
              }));
    }
    for (Thread thread : outside) {
      thread.join();
    }
    assertTrue(left.await(30, TimeUnit.SECONDS), () -> left.getCount() + " turns did not run");
    Await.until("all carriers park", scheduler::isAtRest);
    for (int i = 0; i < runs.length(); i++) {
      assertEquals(1, runs.get(i), "runs of turn " + i);
    }
  }

  private static void ran(AtomicIntegerArray runs, int turn, CountDownLatch left) {
    runs.incrementAndGet(turn);
    left.countDown();
  }

  @Test
  void aRunQueueThatOverflowsLosesNothing() throws Exception {
    int turns = 10 * RunQueue.CAPACITY;
    CarrierScheduler scheduler = scheduler(2);
    var left = new CountDownLatch(turns);
    scheduler.execute(() -> {
      for (int i = 0; i < turns; i++) {
        scheduler.executeLater(left::countDown);
      }
    });
    assertTrue(left.await(20, TimeUnit.SECONDS), () -> left.getCount() + " turns did not run");
  }

  @Test
  void aTurnNeverRunsInsideTheCall() throws Exception {
    CarrierScheduler scheduler = scheduler(1);
    var order = new ConcurrentLinkedQueue<String>();
    var done = new CountDownLatch(1);
    scheduler.execute(() -> {
      scheduler.execute(() -> {
        order.add("inner");
        done.countDown();
      });
      order.add("outer");
    });
    assertTrue(done.await(20, TimeUnit.SECONDS));
    assertEquals(List.of("outer", "inner"), List.copyOf(order));
  }

  @Test
  void aTurnThatFailsDoesNotEndItsCarrier() throws Exception {
    CarrierScheduler scheduler = scheduler(1);
    var done = new CountDownLatch(1);
    scheduler.execute(() -> {
      throw new AssertionError("on purpose");
    });
    scheduler.execute(done::countDown);
    assertTrue(done.await(20, TimeUnit.SECONDS));
  }

  @Test
  void whatIsWrittenBeforeATurnIsVisibleToIt() throws Exception {
    CarrierScheduler scheduler = scheduler(2);
    var seen = new AtomicReference<@Nullable String>();
    var done = new CountDownLatch(1);
    var box =
        new Object() {
          int value;

          void step() {
            if (value == 50_000) {
              seen.set("all");
              done.countDown();
            } else {
              value++; // plain: only the scheduler orders the steps
              if (value % 3 == 0) {
                scheduler.executeLater(this::step);
              } else {
                scheduler.execute(this::step);
              }
            }
          }
        };
    scheduler.execute(box::step);
    assertTrue(done.await(20, TimeUnit.SECONDS));
    assertEquals("all", seen.get());
  }

  // --- fairness ----------------------------------------------------------------------------------

  /** Two turns that make each other ready for ever, through the next slot. */
  private static final class Pair {
    private final CarrierScheduler scheduler;
    private volatile boolean over;

    Pair(CarrierScheduler scheduler) {
      this.scheduler = scheduler;
      scheduler.execute(this::ping);
    }

    private void ping() {
      if (!over) {
        scheduler.execute(this::pong);
      }
    }

    private void pong() {
      if (!over) {
        scheduler.execute(this::ping);
      }
    }
  }

  @Test
  void aPairThatTalksForEverDoesNotStarveTheRunQueueOfItsCarrier() throws Exception {
    CarrierScheduler scheduler = scheduler(1);
    var pair = new Pair(scheduler);
    var done = new CountDownLatch(1_000);
    scheduler.execute(
        new Runnable() {
          @Override
          public void run() {
            done.countDown();
            scheduler.executeLater(this);
          }
        });
    assertTrue(done.await(20, TimeUnit.SECONDS), () -> done.getCount() + " turns were starved");
    pair.over = true;
  }

  @Test
  void aPairThatTalksForEverDoesNotStarveTurnsFromOutside() throws Exception {
    CarrierScheduler scheduler = scheduler(1);
    var pair = new Pair(scheduler);
    for (Urgency urgency : Urgency.values()) {
      var done = new CountDownLatch(1);
      scheduler.execute(done::countDown, urgency);
      assertTrue(done.await(20, TimeUnit.SECONDS), () -> urgency + " was starved");
    }
    pair.over = true;
  }

  // --- urgency -----------------------------------------------------------------------------------

  @Test
  void highComesBeforeNormal() throws Exception {
    CarrierScheduler scheduler = scheduler(1);
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var order = new ConcurrentLinkedQueue<Urgency>();
    var done = new CountDownLatch(30);
    scheduler.execute(() -> {
      begun.countDown();
      await(go);
    });
    await(begun);
    for (Urgency urgency : Urgency.values()) { // LOW first
      for (int i = 0; i < 10; i++) {
        scheduler.execute(
            () -> {
              order.add(urgency);
              done.countDown();
            },
            urgency);
      }
    }
    go.countDown();
    await(done);
    List<Urgency> ran = List.copyOf(order);
    assertTrue(
        ran.subList(0, 10).stream().allMatch(urgency -> urgency == Urgency.HIGH), ran::toString);
  }

  @Test
  void lowIsNotStarvedByAFloodFromOutside() throws Exception {
    CarrierScheduler scheduler = scheduler(1);
    int flood = 20_000;
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var ran = new AtomicInteger();
    var before = new AtomicInteger(-1);
    var done = new CountDownLatch(1);
    scheduler.execute(() -> {
      begun.countDown();
      await(go);
    });
    await(begun);
    for (int i = 0; i < flood; i++) {
      scheduler.execute(ran::incrementAndGet);
    }
    scheduler.execute(
        () -> {
          before.set(ran.get());
          done.countDown();
        },
        Urgency.LOW);
    go.countDown();
    await(done);
    assertTrue(before.get() < 1_000, () -> before + " normal turns came before a low one");
  }

  // --- long turns --------------------------------------------------------------------------------

  @Test
  void aTurnThatBlocksDoesNotHoldUpTheNextSlotBehindIt() throws Exception {
    CarrierScheduler scheduler = scheduler(2);
    for (int round = 0; round < 20; round++) {
      var done = new CountDownLatch(1);
      scheduler.execute(() -> {
        running("blocker");
        var released = new CountDownLatch(1);
        scheduler.execute(released::countDown);
        await(released);
        running(null);
        done.countDown();
      });
      assertTrue(
          done.await(20, TimeUnit.SECONDS), "what waited behind a blocked turn was not moved");
    }
  }

  @Test
  void aTurnThatBlocksDoesNotHoldUpTheRunQueueBehindIt() throws Exception {
    CarrierScheduler scheduler = scheduler(2);
    for (int round = 0; round < 20; round++) {
      var done = new CountDownLatch(1);
      scheduler.execute(() -> {
        running("blocker");
        var released = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
          scheduler.executeLater(released::countDown);
        }
        await(released);
        running(null);
        done.countDown();
      });
      assertTrue(
          done.await(20, TimeUnit.SECONDS), "what waited behind a blocked turn was not stolen");
    }
  }

  /**
   * One who saw a carrier parked may be delayed until that carrier runs a long turn. It must not
   * take for granted then that the carrier looks for work, or nobody wakes the others.
   */
  @Test
  void aTurnFromOutsideWakesACarrierWhenAnotherIsBlocked() throws Exception {
    CarrierScheduler scheduler = scheduler(2);
    for (int round = 0; round < ROUNDS; round++) {
      var noisy = new AtomicBoolean(true);
      List<Thread> noise = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        noise.add(
            Thread.ofPlatform()
                .start(() -> {
                  while (noisy.get()) {
                    scheduler.wakeOne();
                  }
                }));
      }
      var blocked = new CountDownLatch(1);
      var released = new CountDownLatch(1);
      var done = new CountDownLatch(1);
      scheduler.execute(() -> {
        blocked.countDown();
        await(released);
        done.countDown();
      });
      await(blocked);
      noisy.set(false);
      for (Thread thread : noise) {
        thread.join();
      }
      scheduler.execute(released::countDown);
      int at = round;
      assertTrue(
          done.await(5, TimeUnit.SECONDS), () -> "a carrier slept beside work, in round " + at);
    }
  }

  @Test
  void aStuckTurnIsReportedOnceForEachDoublingWithNameAndStack() throws Exception {
    record Report(Object whose, Duration held, List<StackTraceElement> stack) {}
    var reports = new ConcurrentLinkedQueue<Report>();
    var stuckAfter = Duration.ofMillis(30);
    var scheduler =
        new CarrierScheduler(
            2,
            stuckAfter,
            (whose, carrier, held, stack) -> reports.add(new Report(whose, held, List.of(stack))));
    started.add(scheduler);
    var go = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    scheduler.execute(() -> {
      running("<0.7.0> named sloth");
      dawdle(go);
      running(null);
      done.countDown();
    });
    Await.until("it is reported four times", () -> reports.size() >= 4);
    go.countDown();
    await(done);
    List<Report> all = List.copyOf(reports);
    for (int i = 0; i < all.size(); i++) {
      Report report = all.get(i);
      assertEquals("<0.7.0> named sloth", report.whose());
      assertTrue(
          report.held().compareTo(stuckAfter.multipliedBy(1L << i)) >= 0, "too early: " + report);
      assertTrue(
          report.stack().stream().anyMatch(frame -> frame.getMethodName().equals("dawdle")),
          report::toString);
    }
    var after = new CountDownLatch(1);
    scheduler.execute(after::countDown);
    await(after);
    assertEquals(all.size(), reports.size(), "it was reported after its end");
  }

  private static void dawdle(CountDownLatch go) {
    await(go);
  }

  // --- parking -----------------------------------------------------------------------------------

  @Test
  void withoutWorkAllSleepAndTheWatchdogToo() throws Exception {
    CarrierScheduler scheduler = scheduler(3);
    for (int round = 0; round < 50; round++) {
      var done = new CountDownLatch(1);
      scheduler.execute(done::countDown);
      await(done);
    }
    Await.until("all carriers are parked", scheduler::isAtRest);
    for (Thread thread : scheduler.threads()) {
      Await.until(
          thread + " waits without a time", () -> thread.getState() == Thread.State.WAITING);
    }
  }

  @Test
  void aStrayInterruptDoesNotKeepACarrierAwake() throws Exception {
    CarrierScheduler scheduler = scheduler(2);
    Await.until("all carriers are parked", scheduler::isAtRest);
    scheduler.threads().getFirst().interrupt();
    Await.until(
        "it sleeps again",
        () -> {
          Thread carrier = scheduler.threads().getFirst();
          return !carrier.isInterrupted() && carrier.getState() == Thread.State.WAITING;
        });
    var done = new CountDownLatch(1);
    scheduler.execute(done::countDown);
    await(done);
  }

  @Test
  void afterCloseTurnsAreDropped() {
    CarrierScheduler scheduler = scheduler(2);
    RuntimeLeaks.closeAndCheck(scheduler);
    var ran = new AtomicInteger();
    scheduler.execute(ran::incrementAndGet);
    scheduler.executeLater(ran::incrementAndGet);
    assertEquals(0, ran.get());
    assertFalse(scheduler.isCarrier());
  }

  private static void running(@Nullable Object whose) {
    ((TurnThread) Thread.currentThread()).running(whose);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS), "waited in vain");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
