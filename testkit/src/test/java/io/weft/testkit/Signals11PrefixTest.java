package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.term.IntTerm;
import io.weft.term.Tuple;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * OTP semantics, 1.1: what arrives over a connection is a prefix of what was sent on it, without a
 * gap, wherever the connection breaks.
 */
class Signals11PrefixTest {
  private static final int MESSAGES = 200;

  @Test
  void aBreakLosesTheEndOfWhatWasSentAndNothingElse() {
    Seeds.forEach(Signals11PrefixTest.class, Signals11PrefixTest::check);
  }

  private static void check(long seed) {
    try (var simulation = new Simulation(seed)) {
      Node here = simulation.start("here@sim");
      Node there = simulation.start("there@sim");
      var sender = new Subject(0);
      var receiver = new Subject(1);
      var _ = here.spawn(sender.blueprint());
      var _ = there.spawn(receiver.blueprint());
      simulation.run();
      int breakAt = 1 + simulation.random().nextInt(MESSAGES - 1);
      for (int i = 0; i < MESSAGES; i++) {
        if (i == breakAt) {
          simulation.cut(here, there);
        }
        sender.send(here, receiver, i);
        for (int steps = simulation.random().nextInt(3); steps > 0; steps--) {
          var _ = simulation.step();
        }
      }
      simulation.run();
      List<Long> heard =
          receiver.messages.stream()
              .map(message -> ((IntTerm) ((Tuple) message).get(1)).value())
              .toList();
      assertOneGap(heard);
      for (Subject subject : List.of(sender, receiver)) {
        here.exit(subject.pid(), ExitReason.KILL);
      }
      simulation.run();
    }
  }

  /** The first connection ends somewhere; the second one lost nothing. */
  private static void assertOneGap(List<Long> heard) {
    int first = 0;
    while (first < heard.size() && heard.get(first) == first) {
      first++;
    }
    if (first < MESSAGES) {
      List<Long> second = heard.subList(first, heard.size());
      assertTrue(!second.isEmpty(), () -> "the second connection lost all: " + heard);
      assertEquals(
          LongStream.range(second.getFirst(), MESSAGES).boxed().toList(), second, "two gaps");
    }
  }
}
