package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.Application;
import io.weft.gen.ApplicationType;
import io.weft.gen.Applications;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Node;
import io.weft.node.Self;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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

  /** Does not end when it is asked to. */
  private record Stubborn(List<String> ends, String name) implements Behavior<String> {
    @Override
    public void message(Self<String> self, String message) {}

    @Override
    public void info(Self<String> self, Info info) {
      ends.add(name + " is asked: " + ((Info.Exit) info).reason());
    }

    @Override
    public void ended(Self<String> self, ExitReason reason) {
      ends.add(name + " ends: " + reason);
    }
  }

  @Test
  void aNodeThatStopsWaitsForItsProcessesInTheTimeOfTheSimulation() {
    var simulation = new Simulation(1);
    Node node = simulation.start("a@sim");
    List<String> ends = new ArrayList<>();
    var stubborn = Blueprint.<String>of("stubborn", () -> new Stubborn(ends, "stubborn"));
    var polite = Blueprint.<String>of("polite", () -> new Stubborn(ends, "polite"));
    var _ = node.spawn(stubborn.trapExit());
    var _ = node.spawn(polite);
    simulation.run();
    long before = simulation.seams().clock().nanoTime();
    CompletableFuture<Void> stopped = node.stop();
    simulation.advance(Duration.ofMillis(9_999));
    assertEquals(Set.of("stubborn is asked: shutdown", "polite ends: shutdown"), Set.copyOf(ends));
    assertFalse(stopped.isDone());
    assertThrows(IllegalStateException.class, () -> node.spawn(polite));
    simulation.stop(node);
    assertTrue(stopped.isDone());
    assertEquals("stubborn ends: killed", ends.getLast());
    long waited = simulation.seams().clock().nanoTime() - before;
    assertEquals(Duration.ofSeconds(10), Duration.ofNanos(waited));
    assertEquals(0, node.processCount());
  }

  @Test
  void aNodeWhoseProcessesAreInNoHurryToStayStopsAtOnce() {
    var simulation = new Simulation(1);
    Node node = simulation.start("a@sim");
    var _ = node.spawn(Blueprint.<String>of("polite", () -> (_, _) -> {}));
    simulation.close();
    assertEquals(0, simulation.seams().clock().nanoTime());
    assertEquals(0, simulation.timers());
    assertEquals(0, node.processCount());
  }

  @Test
  void stepsBeforeTheEndRunLastFirstAndAreWaitedFor() {
    var simulation = new Simulation(1);
    Node node = simulation.start("a@sim");
    List<String> order = new ArrayList<>();
    var slow = new CompletableFuture<Boolean>();
    var _ = node.spawn(Blueprint.<String>of("p", () -> new Stubborn(order, "process")));
    node.beforeClose(() -> note(order, "first"));
    node.beforeClose(() -> {
      order.add("second");
      throw new IllegalStateException("a step that fails");
    });
    node.beforeClose(() -> {
      order.add("third");
      simulation.seams().timers().after(Duration.ofSeconds(3), () -> slow.complete(true));
      return slow;
    });
    simulation.stop(node);
    assertEquals(List.of("third", "second", "first", "process ends: shutdown"), order);
    assertEquals(Duration.ofSeconds(3).toNanos(), simulation.seams().clock().nanoTime());
  }

  private static CompletableFuture<Void> note(List<String> order, String what) {
    order.add(what);
    return CompletableFuture.completedFuture(null);
  }

  @Test
  void applicationsOfASimulatedNodeStopInOrder() {
    var simulation = new Simulation(1);
    Node node = simulation.start("a@sim");
    List<String> order = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      var started =
          Applications.of(node)
              .startAsync(
                  Application.define(name)
                      .start(app -> Blueprint.<String>of("top", () -> new Stubborn(order, name)))
                      .build(),
                  ApplicationType.TEMPORARY);
      simulation.run();
      assertTrue(started.isDone());
    }
    simulation.stop(node);
    assertEquals(List.of("two ends: shutdown", "one ends: shutdown"), order);
  }

  @Test
  void otherSeedsAreOtherRuns() {
    assertTrue(List.of(2L, 3L, 4L, 5L, 6L).stream().anyMatch(seed -> !talk(seed).equals(talk(7))));
  }
}
