package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time, straight-line bodies and nodes of a simulation. */
class SimulationTest {
  @Test
  void anHourPassesAtOnceAndInOrder() {
    try (var simulation = new Simulation(1)) {
      Node node = simulation.start("a@sim");
      List<String> order = new ArrayList<>();
      var _ =
          node.spawn(
                  Blueprint.<String>of(
                      "clock",
                      () ->
                          (self, message) -> {
                            order.add(message);
                            self.sendAfter(Duration.ofMinutes(20), self.address(), message + "'");
                          }))
              .tellWhenRoom("tick");
      simulation.advance(Duration.ofHours(1));
      assertEquals(List.of("tick", "tick'", "tick''", "tick'''"), order);
    }
  }

  @Test
  void straightLineBodiesTakePartWithoutChangingTheRun() {
    List<String> first = talk(7);
    assertEquals(first, talk(7));
    assertTrue(first.size() == 20, first.toString());
  }

  private static List<String> talk(long seed) {
    List<String> heard = new ArrayList<>();
    try (var simulation = new Simulation(seed)) {
      Node node = simulation.start("a@sim");
      Address<String> listener =
          node.spawn(
              Blueprint.<String>straightLine(
                  "listener",
                  self -> {
                    for (int i = 0; i < 20; i++) {
                      heard.add(self.receive());
                    }
                  }));
      for (String speaker : List.of("x", "y")) {
        var _ =
            node.spawn(
                Blueprint.<String>straightLine(
                    speaker,
                    self -> {
                      for (int i = 0; i < 10; i++) {
                        listener.tell(speaker + i);
                        self.sleep(Duration.ofMillis(1));
                      }
                    }));
      }
      simulation.advance(Duration.ofSeconds(1));
    }
    return heard;
  }

  @Test
  void otherSeedsAreOtherRuns() {
    assertTrue(List.of(2L, 3L, 4L, 5L, 6L).stream().anyMatch(seed -> !talk(seed).equals(talk(7))));
  }
}
