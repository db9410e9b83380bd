package io.weft.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Carriers that wait for what a {@link Poller} tells. */
final class PollingTest {
  private static final int ROUNDS = Integer.getInteger("weft.rounds", 500);

  private final CarrierScheduler scheduler = new CarrierScheduler(2, Duration.ofDays(1));
  private final Events events = new Events();

  /** What happens outside is what the test says. */
  private static final class Events implements Poller {
    private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicBoolean two = new AtomicBoolean();

    @Override
    public boolean poll(boolean wait) {
      if (inside.incrementAndGet() > 1) {
        two.set(true);
      }
      try {
        Runnable event = wait ? waiting.take() : waiting.poll();
        if (event == null) {
          return false;
        }
        event.run();
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        inside.decrementAndGet();
      }
    }

    @Override
    public void wakeUp() {
      waiting.add(() -> {});
    }

    void happen(Runnable event) {
      waiting.add(event);
    }
  }

  @AfterEach
  void onlyOneAtATimePolledAndNoThreadIsLeft() {
    assertFalse(events.two.get(), "two threads were in the poller at once");
    RuntimeLeaks.closeAndCheck(scheduler);
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertTrue(latch.await(10, TimeUnit.SECONDS), "it did not happen");
  }

  @Test
  void anEventIsActedUponWhateverTheCarriersDo() throws Exception {
    assertTrue(scheduler.attach(events));
    for (int round = 0; round < ROUNDS; round++) {
      var done = new CountDownLatch(3);
      events.happen(() -> scheduler.execute(done::countDown));
      scheduler.execute(done::countDown);
      events.happen(done::countDown);
      await(done);
    }
  }

  @Test
  void turnsFromOutsideWakeWhoWaitsForEvents() throws Exception {
    assertTrue(scheduler.attach(events));
    for (int round = 0; round < ROUNDS; round++) {
      if (round % 10 == 0) {
        Await.until("all carriers sleep", scheduler::isAtRest);
      }
      var done = new CountDownLatch(1);
      scheduler.execute(done::countDown);
      await(done);
    }
  }

  @Test
  void aPollerThatComesToSleepingCarriersIsHeard() throws Exception {
    Await.until("all carriers sleep", scheduler::isAtRest);
    var done = new CountDownLatch(1);
    events.happen(done::countDown);
    assertTrue(scheduler.attach(events));
    await(done);
  }

  @Test
  void carriersThatAlwaysHaveWorkHearOfEvents() throws Exception {
    assertTrue(scheduler.attach(events));
    var done = new CountDownLatch(1);
    var busy = new AtomicBoolean(true);
    for (int i = 0; i < 4; i++) {
      scheduler.execute(
          new Runnable() {
            @Override
            public void run() {
              if (busy.get()) {
                scheduler.executeLater(this);
              }
            }
          });
    }
    events.happen(done::countDown);
    await(done);
    busy.set(false);
  }

  @Test
  void behindTurnsThatTakeLongTheWatchdogHearsOfEvents() throws Exception {
    assertTrue(scheduler.attach(events));
    var held = new CountDownLatch(2);
    var release = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      scheduler.execute(() -> {
        held.countDown();
        try {
          release.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
    }
    await(held);
    var done = new CountDownLatch(1);
    events.happen(done::countDown);
    await(done);
    release.countDown();
  }

  @Test
  void onePollerIsLookedAfter() throws Exception {
    assertTrue(scheduler.attach(events));
    var other = new Events();
    assertFalse(scheduler.attach(other));
    scheduler.detach(other);
    scheduler.detach(events);
    assertTrue(scheduler.attach(other));
    var done = new CountDownLatch(1);
    other.happen(done::countDown);
    await(done);
    assertFalse(other.two.get());
    assertEquals(0, events.inside.get());
  }
}
