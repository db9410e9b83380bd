package io.weft.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * When a carrier that is about to wait asks the poller again first: as long as that pays. Only one
 * thread is here, and the poller answers as a test says.
 */
final class PollingRuleTest {
  private final CarrierScheduler scheduler = new CarrierScheduler(1, Duration.ofDays(1));
  private final PollingRole role = new PollingRole();
  private final Script events = new Script();

  /** Whether somebody has woken the carrier. */
  private boolean awake;

  private final Carrier carrier =
      new Carrier(scheduler, 0) {
        @Override
        boolean maySleep() {
          return !awake;
        }
      };

  /** A poller in which nothing happens, or always something. */
  private static final class Script implements Poller {
    private boolean happens;
    private Runnable meanwhile = () -> {};
    private int looks;
    private int waits;

    @Override
    public boolean poll(boolean wait) {
      if (wait) {
        waits++;
        return true;
      }
      looks++;
      meanwhile.run();
      return happens;
    }

    @Override
    public void wakeUp() {}
  }

  @BeforeEach
  void thePollerIsLookedAfter() {
    assertTrue(role.attach(events));
  }

  @AfterEach
  void noThreadIsLeft() {
    RuntimeLeaks.closeAndCheck(scheduler);
  }

  /** Has the carrier wait; returns whether it has asked before. */
  private boolean asksAgain() {
    int before = events.looks;
    role.await(carrier);
    return events.looks > before;
  }

  /** Returns how many waits in a row begin at once, before each of so many at which it asks. */
  private List<Integer> waitsBetween(int count) {
    List<Integer> waits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int atOnce = 0;
      while (!asksAgain()) {
        atOnce++;
      }
      waits.add(atOnce);
    }
    return waits;
  }

  @Test
  void whoIsNeverAnsweredAsksEverMoreSeldomButNeverGivesUp() {
    assertEquals(List.of(0, 1, 2, 4, 8, 16, 32, 64, 64, 64), waitsBetween(10));
  }

  @Test
  void whoIsNotAnsweredWaits() {
    for (int i = 1; i <= 10; i++) {
      role.await(carrier);
      assertEquals(i, events.waits);
    }
  }

  @Test
  void whoIsAnsweredAsksEachTimeAndDoesNotWait() {
    events.happens = true;
    assertTrue(IntStream.range(0, 100).allMatch(i -> asksAgain()));
    assertEquals(100, events.looks);
    assertEquals(0, events.waits);
  }

  @Test
  void whoIsAnsweredAgainSoonAsksAsOftenAsBefore() {
    waitsBetween(8);
    events.happens = true;
    assertEquals(List.of(64, 32, 16, 8, 4, 2, 1, 0, 0), waitsBetween(9));
  }

  @Test
  void aWakeUpWhileItAsksIsNotSleptThroughAndSaysNothingOfWhatPays() {
    waitsBetween(3);
    assertEquals(List.of(4), waitsBetween(1));
    awake = true;
    assertEquals(List.of(8), waitsBetween(1));
    int waits = events.waits;
    assertTrue(IntStream.range(0, 10).allMatch(i -> asksAgain()));
    assertEquals(waits, events.waits);
  }

  @Test
  void aPollerThatIsTakenAwayIsNotWaitedAt() {
    events.meanwhile = () -> role.detach(events);
    assertTrue(asksAgain());
    assertEquals(0, events.waits);
    assertFalse(asksAgain());
    assertEquals(0, events.waits);
  }
}
