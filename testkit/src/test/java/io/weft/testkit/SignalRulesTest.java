package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.Target;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random programs of spawn, link, monitor, exit, crash and cut connections on three nodes. After
 * each operation the cluster comes to rest, and every process has lived, died and heard what {@link
 * SignalModel} says.
 */
class SignalRulesTest {
  private static final List<String> REASONS = List.of("normal", "kill", "shutdown", "boom");
  private static final int OPERATIONS = 120;

  @Test
  void everyProcessHearsWhatTheRulesSay() {
    Seeds.forEach(SignalRulesTest.class, seed -> new Program(seed).run());
  }

  /** One random program, on the cluster and on the model. */
  private static final class Program {
    private final long seed;
    private final SignalModel model = new SignalModel();
    private final List<Subject> subjects = new ArrayList<>();
    private final Map<Reference, Integer> monitorNumbers = new HashMap<>();
    private final Map<Integer, Reference> monitors = new HashMap<>();
    private final List<String> story = new ArrayList<>();

    Program(long seed) {
      this.seed = seed;
    }

    void run() {
      try (var simulation = new Simulation(seed)) {
        List<Node> nodes =
            Stream.of("a@sim", "b@sim", "c@sim")
                .map(name -> simulation.start(NodeOptions.builder(name).hidden(true)))
                .toList();
        RandomGenerator random = simulation.random();
        for (int i = 0; i < OPERATIONS; i++) {
          operate(simulation, nodes, random);
          simulation.run();
          compare();
        }
        for (Subject subject : subjects) {
          nodes.getFirst().exit(subject.pid(), ExitReason.KILL); // some trap exits
        }
        simulation.run();
      }
    }

    private void operate(Simulation simulation, List<Node> nodes, RandomGenerator random) {
      if (subjects.size() < 4 || random.nextInt(8) == 0) {
        spawn(nodes, random);
        return;
      }
      int from = living(random);
      int to = random.nextInt(subjects.size());
      if (from < 0) {
        spawn(nodes, random);
        return;
      }
      switch (random.nextInt(9)) {
        case 0 -> trap(from, random.nextBoolean());
        case 1, 2 -> link(from, to);
        case 3 -> unlink(from, to);
        case 4 -> monitor(from, to);
        case 5 -> demonitor(random);
        case 6 -> exit(from, to, REASONS.get(random.nextInt(REASONS.size())));
        case 7 -> stop(from, random.nextBoolean() ? "normal" : "crashed");
        default -> cut(simulation, nodes, random.nextInt(3));
      }
    }

    private int living(RandomGenerator random) {
      List<Integer> alive = subjects.stream().filter(Subject::isAlive).map(s -> s.number).toList();
      return alive.isEmpty() ? -1 : alive.get(random.nextInt(alive.size()));
    }

    private void spawn(List<Node> nodes, RandomGenerator random) {
      int node = random.nextInt(nodes.size());
      var subject = new Subject(subjects.size());
      int parent = living(random);
      boolean linked = parent >= 0 && model.procs.get(parent).node == node && random.nextBoolean();
      story.add("spawn p" + subject.number + " on " + node + (linked ? " by p" + parent : ""));
      SignalModel.Proc proc = model.spawn(node);
      if (linked) {
        subjects.get(parent).later(self -> self.spawnLink(subject.blueprint()));
        model.link(model.procs.get(parent), proc);
      } else {
        var _ = nodes.get(node).spawn(subject.blueprint());
      }
      subjects.add(subject);
    }

    private void trap(int who, boolean on) {
      story.add("p" + who + " traps exits: " + on);
      subjects.get(who).later(self -> self.trapExit(on));
      model.procs.get(who).trapping = on;
    }

    private void link(int from, int to) {
      story.add("p" + from + " links p" + to);
      Pid other = subjects.get(to).pid();
      subjects.get(from).later(self -> self.link(other));
      model.link(model.procs.get(from), model.procs.get(to));
    }

    private void unlink(int from, int to) {
      story.add("p" + from + " unlinks p" + to);
      Pid other = subjects.get(to).pid();
      subjects.get(from).later(self -> self.unlink(other));
      model.unlink(model.procs.get(from), model.procs.get(to));
    }

    private void monitor(int from, int to) {
      int number = monitors.size();
      story.add("p" + from + " monitors p" + to + " as " + number);
      Pid other = subjects.get(to).pid();
      subjects
          .get(from)
          .later(self -> {
            Reference monitor = self.monitor(new Target.ByPid(other));
            monitors.put(number, monitor);
            monitorNumbers.put(monitor, number);
          });
      model.monitor(model.procs.get(from), model.procs.get(to), number);
    }

    private void demonitor(RandomGenerator random) {
      for (SignalModel.Proc proc : model.procs) {
        if (proc.alive && !proc.monitors.isEmpty() && random.nextBoolean()) {
          int number = proc.monitors.keySet().iterator().next();
          story.add("p" + proc.number + " demonitors " + number);
          subjects.get(proc.number).later(self -> self.demonitor(monitors.get(number), true));
          model.demonitor(proc, number);
          return;
        }
      }
    }

    private void exit(int from, int to, String reason) {
      story.add("p" + from + " exits p" + to + " with " + reason);
      Pid other = subjects.get(to).pid();
      subjects.get(from).later(self -> self.exit(other, ExitReason.of(Atom.of(reason))));
      model.exit(model.procs.get(from), model.procs.get(to), reason);
    }

    private void stop(int who, String reason) {
      story.add("p" + who + " ends with " + reason);
      subjects
          .get(who)
          .later(_ -> {
            throw new ExitException(ExitReason.of(Atom.of(reason)));
          });
      model.die(model.procs.get(who), reason);
    }

    private void cut(Simulation simulation, List<Node> nodes, int spared) {
      int one = (spared + 1) % 3;
      int other = (spared + 2) % 3;
      story.add("the connection of " + one + " and " + other + " is cut");
      simulation.cut(nodes.get(one), nodes.get(other));
      model.cut(one, other);
    }

    // --- what became of it
    // ------------------------------------------------------------------------

    private void compare() {
      for (SignalModel.Proc proc : model.procs) {
        Subject subject = subjects.get(proc.number);
        assertEquals(proc.alive, subject.isAlive(), () -> "life of " + subject + told());
        if (!proc.alive) {
          assertEquals(proc.end, brief(subject.end), () -> "end of " + subject + told());
        } else {
          assertEquals(
              proc.got.stream().sorted().toList(),
              subject.reports.stream().map(this::text).sorted().toList(),
              () -> "what " + subject + " heard" + told());
        }
      }
    }

    private String text(Info info) {
      return switch (info) {
        case Info.Exit exit -> "EXIT " + numberOf(exit.from()) + " " + brief(exit.reason());
        case Info.Down down ->
            "DOWN " + monitorNumbers.get(down.monitor()) + " " + brief(down.reason());
        case Info.Unknown unknown -> String.valueOf(unknown);
      };
    }

    private int numberOf(Pid pid) {
      return subjects.stream().filter(s -> s.pid().equals(pid)).findFirst().orElseThrow().number;
    }

    /** A link to a dead local process raises an error in whoever does not trap exits. */
    private static String brief(ExitReason reason) {
      Term term = reason.term();
      return term instanceof Tuple ? "crash" : term.toString();
    }

    private String told() {
      return "\n  " + String.join("\n  ", story);
    }
  }
}
