package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.CallResult;
import io.weft.node.From;
import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.Weft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls that a Java server makes for its callers: within their deadlines. */
class CallForTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Answers how many milliseconds the caller still waits. */
  private record Left() implements Request<Long> {}

  private interface Answering extends Behavior<Left> {
    @Override
    default void message(Self<Left> self, Left left) {}
  }

  private record Back() implements Answering {
    @Override
    public void call(Self<Left> self, Left left, From from) {
      from.reply((from.deadline() - self.node().seams().clock().nanoTime()) / 1_000_000);
    }
  }

  /** After a pause it asks the one behind it; the result is told, and answered if there is one. */
  private record Front(
      Address<Left> back, Duration pause, Duration within, List<CallResult<Long>> told)
      implements Answering {
    @Override
    public void call(Self<Left> self, Left left, From from) {
      self.after(pause, () -> self.callFor(from, back, left, within, told::add));
    }
  }

  private record Passing(Address<Left> back, List<CallResult<Long>> told) implements Answering {
    @Override
    public void call(Self<Left> self, Left left, From from) {
      self.pass(from, back, left, told::add);
    }
  }

  private static CallResult<Long> resultOf(Duration pause, Duration nested, Duration patience) {
    try (var simulation = new Simulation(1)) {
      Node node = simulation.start("a@sim");
      Address<Left> back = node.spawn(Blueprint.of("back", Back::new));
      List<CallResult<Long>> told = new ArrayList<>();
      var front = node.spawn(Blueprint.of("front", () -> new Front(back, pause, nested, told)));
      var _ = Weft.callAsync(front, new Left(), patience);
      simulation.advance(Duration.ofMinutes(1));
      return told.getFirst();
    }
  }

  @Test
  void itWaitsNoLongerThanTheCallerAndTellsThat() {
    assertEquals(9_000, resultOf(SECOND, HOUR, SECOND.multipliedBy(10)).orThrow());
    assertEquals(2_000, resultOf(SECOND, SECOND.multipliedBy(2), HOUR).orThrow());
  }

  @Test
  void forACallerThatHasGivenUpItIsNotMade() {
    var result = resultOf(SECOND.multipliedBy(3), HOUR, SECOND);
    var failure = assertInstanceOf(CallResult.Failed.class, result).failure();
    assertEquals("timeout", failure.reason().toString());
    String message = String.valueOf(failure.getMessage());
    assertTrue(
        message.endsWith("was not made: the deadline of its caller has passed, 2000 ms ago"),
        message);
  }

  @Test
  void aRequestThatIsPassedOnKeepsItsDeadline() {
    try (var simulation = new Simulation(1)) {
      Node node = simulation.start("a@sim");
      Address<Left> back = node.spawn(Blueprint.of("back", Back::new));
      List<CallResult<Long>> told = new ArrayList<>();
      var front = node.spawn(Blueprint.of("front", () -> new Passing(back, told)));
      var _ = Weft.callAsync(front, new Left(), SECOND.multipliedBy(5));
      simulation.advance(Duration.ofMinutes(1));
      assertEquals(5_000, told.getFirst().orThrow());
    }
  }
}
