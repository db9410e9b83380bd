package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.Self;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** How much a process may do in one turn, before others have theirs. */
class TurnTest {
  private static final int MANY = 100_000;

  /** Gives itself one more thing to do each time it does one. */
  private static final class Busy implements Behavior<Integer> {
    private final BiConsumer<Busy, Self<Integer>> again;
    int done;

    Busy(BiConsumer<Busy, Self<Integer>> again) {
      this.again = again;
    }

    @Override
    public void start(Self<Integer> self) {
      go(self);
    }

    @Override
    public void message(Self<Integer> self, Integer message) {
      go(self);
    }

    void go(Self<Integer> self) {
      done++;
      if (done < MANY) {
        again.accept(this, self);
      }
    }
  }

  private static void checkThatItYields(BiConsumer<Busy, Self<Integer>> again) {
    try (var simulation = new Simulation(1)) {
      Node node = simulation.start("a@sim");
      simulation.run();
      var busy = new Busy(again);
      var _ = node.spawn(Blueprint.<Integer>of("busy", () -> busy));
      for (int before = 0; busy.done < MANY; before = busy.done) {
        assertTrue(simulation.step());
        int inOneTurn = busy.done - before;
        assertTrue(inOneTurn < 1_000, () -> inOneTurn + " in one turn");
      }
      assertEquals(MANY, busy.done);
    }
  }

  @Test
  void whoSendsItselfMessagesYields() {
    checkThatItYields((_, self) -> self.address().tell(1));
  }

  @Test
  void whoContinuesForEverYields() {
    checkThatItYields((busy, self) -> self.next(() -> busy.go(self)));
  }

  @Test
  void whoIsIdleForEverYields() {
    checkThatItYields((busy, self) -> self.whenIdle(Duration.ZERO, () -> busy.go(self)));
  }

  @Test
  void whoSignalsItselfYields() {
    checkThatItYields((busy, self) -> self.post(() -> busy.go(self)));
  }
}
