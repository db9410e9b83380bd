package io.weft.gen;

import static io.weft.gen.Troupe.BOOM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.ExitReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 3.3: how many restarts within what time are too many. */
class Supervisor33IntensityTest {
  private static final Duration AGES = Duration.ofSeconds(100_000);

  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  private Address<Supervisor.Query> start(int intensity) {
    return troupe.start(
        Strategy.ONE_FOR_ONE,
        new Intensity(intensity, AGES),
        AutoShutdown.NEVER,
        troupe.child("a"),
        troupe.child("b"));
  }

  @Test
  void oneRestartTooManyStopsAllChildrenAndEndsWithShutdown() {
    var supervisor = start(2);
    troupe.take(2);
    var watch = troupe.watch(supervisor);
    for (int i = 0; i < 2; i++) {
      troupe.end(supervisor, "a", BOOM);
      assertEquals(List.of("-a", "+a"), troupe.take(2));
    }
    troupe.end(supervisor, "b", BOOM);
    assertEquals(ExitReason.SHUTDOWN, watch.reason());
    assertEquals(List.of("-b", "-a"), troupe.take(2));
  }

  @Test
  void withIntensityZeroTheFirstRestartIsFatal() {
    var supervisor = start(0);
    var watch = troupe.watch(supervisor);
    troupe.end(supervisor, "a", BOOM);
    assertEquals(ExitReason.SHUTDOWN, watch.reason());
    assertEquals(List.of("+a", "+b", "-a", "-b"), troupe.take(4));
  }

  @Test
  void eachTryToStartAgainCountsAsARestart() {
    var supervisor = start(3);
    var watch = troupe.watch(supervisor);
    troupe.failStarts("a", 3);
    troupe.end(supervisor, "a", BOOM);
    assertEquals(ExitReason.SHUTDOWN, watch.reason()); // three tries failed, the fourth is not made
  }

  @Test
  void endsThatAreNotAnsweredWithARestartDoNotCount() {
    var supervisor =
        troupe.start(
            Strategy.ONE_FOR_ONE,
            new Intensity(0, AGES),
            AutoShutdown.NEVER,
            troupe.child("t", Restart.TEMPORARY),
            troupe.child("u", Restart.TRANSIENT));
    troupe.end(supervisor, "t", BOOM);
    troupe.end(supervisor, "u", ExitReason.SHUTDOWN);
    assertEquals(List.of("u"), troupe.order(supervisor));
  }

  @Test
  void timeCountsInWholeSeconds() {
    var counter = new Intensity(1, Duration.ofSeconds(1)).new Counter();
    assertTrue(counter.allows(900_000_000L));
    assertFalse(counter.allows(1_999_999_999L)); // 1.1 s later, and still within a period of 1 s
    var later = new Intensity(1, Duration.ofSeconds(1)).new Counter();
    assertTrue(later.allows(900_000_000L));
    assertTrue(later.allows(2_000_000_000L));
  }

  @Test
  void earlierRestartsAreForgottenAfterThePeriod() {
    var counter = new Intensity(2, Duration.ofSeconds(5)).new Counter();
    for (int second = 0; second < 100; second += 3) {
      assertTrue(counter.allows(second * 1_000_000_000L), "second " + second);
    }
  }

  @Test
  void aClockThatStartsBelowZeroCountsTheSame() {
    var counter = new Intensity(1, Duration.ofSeconds(1)).new Counter();
    assertTrue(counter.allows(-1_500_000_000L));
    assertFalse(counter.allows(-500_000_000L));
  }
}
