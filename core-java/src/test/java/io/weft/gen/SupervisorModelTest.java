package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.node.ExitReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Supervisors against a model of OTP semantics, 3.2 and 3.4: children die at random, are terminated
 * and restarted at random, and the model says who starts and stops, in which order, and who runs.
 */
class SupervisorModelTest {
  private static final int STEPS = 60;

  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  static IntStream seeds() {
    return IntStream.rangeClosed(1, 30);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void behavesAsTheModelSays(int seed) {
    var random = new Random(seed);
    Strategy strategy = Strategy.values()[random.nextInt(3)];
    var model = new Model(strategy);
    var specs = new ArrayList<ChildSpec<String>>();
    for (int i = 0; i < 2 + random.nextInt(6); i++) {
      Restart restart = Restart.values()[random.nextInt(3)];
      specs.add(troupe.child("c" + i, restart));
      model.add("c" + i, restart);
    }
    @SuppressWarnings({"unchecked", "rawtypes"})
    ChildSpec<String>[] array = specs.toArray(new ChildSpec[0]);
    var supervisor = troupe.start(strategy, array);
    for (int step = 0; step < STEPS && !model.children.isEmpty(); step++) {
      String what = act(random, model, supervisor);
      assertEquals(model.events(), troupe.take(model.expected.size()), what);
      model.expected.clear();
      assertEquals(model.order(), troupe.order(supervisor), what);
    }
    troupe.stop(supervisor);
    model.stopAll();
    assertEquals(model.events(), troupe.take(model.expected.size()), "stop");
    assertEquals(0, troupe.events.size());
  }

  private String act(
      Random random, Model model, io.weft.node.Address<Supervisor.Query> supervisor) {
    Model.Kid kid = model.children.get(random.nextInt(model.children.size()));
    if (kid.runs && random.nextInt(3) > 0) {
      boolean orderly = random.nextBoolean();
      model.ends(kid, orderly);
      troupe.end(supervisor, kid.id, orderly ? ExitReason.SHUTDOWN : Troupe.BOOM);
      return kid + " ends " + orderly;
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        model.terminate(kid);
        troupe.ask(supervisor, new Supervisor.TerminateChild(kid.id));
        return "terminate " + kid;
      }
      case 1 -> {
        model.restartByRequest(kid);
        troupe.ask(supervisor, new Supervisor.RestartChild(kid.id));
        return "restart " + kid;
      }
      case 2 -> {
        model.delete(kid);
        troupe.ask(supervisor, new Supervisor.DeleteChild(kid.id));
        return "delete " + kid;
      }
      default -> {
        Restart restart = Restart.values()[random.nextInt(3)];
        String id = "n" + model.names++;
        model.add(id, restart);
        troupe.ask(supervisor, new Supervisor.StartChild<>(troupe.child(id, restart)));
        return "start " + id;
      }
    }
  }

  /** What section 3 says, for children that always start and stop when they are asked to. */
  private static final class Model {
    private static final class Kid {
      final String id;
      final Restart restart;
      boolean runs = true;

      Kid(String id, Restart restart) {
        this.id = id;
        this.restart = restart;
      }

      @Override
      public String toString() {
        return id + " " + restart;
      }
    }

    final Strategy strategy;
    final List<Kid> children = new ArrayList<>();
    final List<String> expected = new ArrayList<>();
    int names;

    Model(Strategy strategy) {
      this.strategy = strategy;
    }

    List<String> events() {
      return List.copyOf(expected);
    }

    List<String> order() {
      return children.stream().map(kid -> kid.id + (kid.runs ? "*" : "")).toList();
    }

    void add(String id, Restart restart) {
      children.add(new Kid(id, restart));
      expected.add("+" + id);
    }

    void ends(Kid kid, boolean orderly) {
      stopped(kid);
      boolean restarts =
          switch (kid.restart) {
            case PERMANENT -> true;
            case TRANSIENT -> !orderly;
            case TEMPORARY -> false;
          };
      if (restarts) {
        restart(kid);
      } else if (kid.restart == Restart.TEMPORARY) {
        children.remove(kid);
      }
    }

    private void restart(Kid kid) {
      List<Kid> group =
          switch (strategy) {
            case ONE_FOR_ONE -> List.of(kid);
            case ONE_FOR_ALL -> List.copyOf(children);
            case REST_FOR_ONE ->
                List.copyOf(children.subList(children.indexOf(kid), children.size()));
          };
      group.reversed().stream().filter(member -> member.runs).forEach(this::stopped);
      for (Kid member : group) {
        if (member.restart == Restart.TEMPORARY) {
          children.remove(member);
        } else {
          started(member);
        }
      }
    }

    void terminate(Kid kid) {
      if (kid.runs) {
        stopped(kid);
      }
      if (kid.restart == Restart.TEMPORARY) {
        children.remove(kid);
      }
    }

    void restartByRequest(Kid kid) {
      if (!kid.runs) {
        started(kid);
      }
    }

    void delete(Kid kid) {
      if (!kid.runs) {
        children.remove(kid);
      }
    }

    void stopAll() {
      children.reversed().stream().filter(kid -> kid.runs).forEach(this::stopped);
    }

    private void started(Kid kid) {
      kid.runs = true;
      expected.add("+" + kid.id);
    }

    private void stopped(Kid kid) {
      kid.runs = false;
      expected.add("-" + kid.id);
    }
  }
}
