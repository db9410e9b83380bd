package io.weft.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogLimiterTest {
  private final RecordingLog log = new RecordingLog();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // a clock may begin anywhere

  private LogLimiter limiter(int burst) {
    return new LogLimiter(log, now::get, burst, Duration.ofSeconds(1));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aBurstPassesAndTheRestOfAFloodDoesNot() {
    var limiter = limiter(2);
    for (int i = 0; i < 1000; i++) {
      assertEquals(i < 2, limiter.warn("line {}", i));
    }
    assertEquals(List.of("WARN line 0", "WARN line 1"), log.lines());
  }

  @Test
  void withTimeALinePassesAgainAndTellsHowManyWereLeftOut() {
    var limiter = limiter(1);
    for (int i = 0; i < 10; i++) {
      limiter.info("line {}", i);
    }
    pass(Duration.ofMillis(999));
    assertFalse(limiter.info("line {}", "too early"));
    pass(Duration.ofMillis(1));
    assertTrue(limiter.info("line {}", "in time"));
    assertEquals(
        List.of("INFO line 0", "INFO line in time (10 such lines before were left out)"),
        log.lines());
  }

  @Test
  void aLongSilenceAllowsOneBurstAndNotMore() {
    var limiter = limiter(2);
    limiter.error("line");
    pass(Duration.ofDays(400));
    IntStream.range(0, 5).forEach(_ -> limiter.error("line"));
    assertEquals(3, log.lines().size());
  }

  @Test
  void aFloodOfOneKindLeavesOtherKindsAlone() {
    var limiter = limiter(1);
    IntStream.range(0, 10).forEach(_ -> limiter.warn("flood"));
    assertTrue(limiter.warn("something else"));
  }

  @Test
  void kindsWithoutEndShareALimit() {
    var limiter = limiter(1);
    for (int i = 0; i < 10_000; i++) {
      limiter.warn("made up " + i);
    }
    assertTrue(log.lines().size() < 300, () -> log.lines().size() + " lines");
  }

  @Test
  void whatALineIsMadeOfIsNotTouchedIfItIsLeftOut() {
    var limiter = limiter(1);
    limiter.warn("{}", "first");
    Object costly =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("it was asked for its text");
          }
        };
    assertFalse(limiter.warn("{}", costly));
  }

  @Test
  void aFailureGoesAlong() {
    limiter(1).error("it failed: {}", "so", new IllegalStateException("why"));
    assertEquals(List.of("ERROR it failed: so java.lang.IllegalStateException: why"), log.lines());
  }
}
