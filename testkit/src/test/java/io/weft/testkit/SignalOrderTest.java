package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.ExitReason;
import io.weft.node.Network;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.ProcessInfo;
import io.weft.node.Sys;
import io.weft.node.Target;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random programs whose operations overlap at will, on three nodes whose connections break. When
 * all has come to rest, what must hold however they overlapped, holds.
 */
class SignalOrderTest {
  private static final int PROCESSES = 12;
  private static final int OPERATIONS = 400;

  @Test
  void whateverOverlapsTheRulesHold() {
    Seeds.forEach(SignalOrderTest.class, seed -> new Program(seed).run());
  }

  @Test
  void aSeedRepeatsItsRunExactly() {
    for (long seed = 0; seed < 10; seed++) {
      assertEquals(new Program(seed).run(), new Program(seed).run(), "seed " + seed);
    }
  }

  private static final class Program {
    private final long seed;
    private final List<Subject> subjects = new ArrayList<>();
    private final List<Node> homes = new ArrayList<>();
    private final Map<Reference, Subject> watched = new HashMap<>();
    private final Map<Reference, Subject> watchers = new HashMap<>();
    private final Set<Reference> dropped = new HashSet<>();
    private int sent;
    private boolean everCut;

    Program(long seed) {
      this.seed = seed;
    }

    /** Returns what happened, in enough detail to tell two runs apart. */
    List<String> run() {
      try (var simulation = new Simulation(seed)) {
        List<Node> nodes =
            Stream.of("a@sim", "b@sim", "c@sim")
                .map(name -> simulation.start(NodeOptions.builder(name).hidden(true)))
                .toList();
        int services = nodes.getFirst().processCount();
        RandomGenerator random = simulation.random();
        boolean cuts = random.nextBoolean();
        for (int i = 0; i < PROCESSES; i++) {
          spawn(nodes.get(random.nextInt(nodes.size())));
        }
        simulation.run();
        for (int i = 0; i < OPERATIONS; i++) {
          operate(simulation, nodes, random, cuts);
          for (int steps = random.nextInt(6); steps > 0; steps--) {
            var _ = simulation.step();
          }
        }
        simulation.run();
        simulation.advance(Duration.ofMinutes(1));
        checkMessages();
        checkMonitors();
        checkLinks(simulation);
        List<String> story = story(simulation);
        checkNothingIsLeft(simulation, nodes, services);
        return story;
      }
    }

    private void spawn(Node node) {
      var subject = new Subject(subjects.size());
      subjects.add(subject);
      homes.add(node);
      var _ = node.spawn(subject.blueprint());
    }

    private void operate(
        Simulation simulation, List<Node> nodes, RandomGenerator random, boolean cuts) {
      Subject from = subjects.get(random.nextInt(PROCESSES));
      Subject to = subjects.get(random.nextInt(PROCESSES));
      Node home = homes.get(from.number);
      Pid other = to.pid();
      switch (random.nextInt(cuts ? 13 : 12)) {
        case 0 -> from.later(self -> self.trapExit(true));
        case 1, 2 -> from.later(self -> self.link(other));
        case 3 -> from.later(self -> self.unlink(other));
        case 4, 5 -> from.later(self -> watch(from, self.monitor(new Target.ByPid(other)), to));
        case 6 -> from.later(self -> unwatch(from, self::demonitor));
        case 7 -> {
          if (random.nextInt(6) == 0) {
            from.later(self -> self.exit(other, ExitReason.of(Atom.of("boom"))));
          }
        }
        case 8 -> {
          if (random.nextInt(12) == 0) {
            from.later(self -> self.exit(other, ExitReason.KILL));
          }
        }
        case 12 -> {
          everCut = true;
          int spared = random.nextInt(3);
          simulation.cut(nodes.get((spared + 1) % 3), nodes.get((spared + 2) % 3));
        }
        default -> from.send(home, to, sent++);
      }
    }

    private void watch(Subject watcher, Reference monitor, Subject target) {
      watched.put(monitor, target);
      watchers.put(monitor, watcher);
    }

    private interface Demonitor {
      boolean demonitor(Reference monitor, boolean flush);
    }

    private void unwatch(Subject watcher, Demonitor how) {
      for (Map.Entry<Reference, Subject> one : Map.copyOf(watchers).entrySet()) {
        if (one.getValue() == watcher && !watcher.downs().contains(one.getKey())) {
          var _ = how.demonitor(one.getKey(), true);
          dropped.add(one.getKey());
        }
      }
    }

    // --- what must hold
    // ---------------------------------------------------------------------------

    /** Section 1.1: from one sender in order, none twice; without a cut none lost. */
    private void checkMessages() {
      for (Subject subject : subjects) {
        Map<Term, List<Long>> bySender = new HashMap<>();
        for (Term message : subject.messages) {
          var tuple = (Tuple) message;
          bySender
              .computeIfAbsent(tuple.get(0), _ -> new ArrayList<>())
              .add(((IntTerm) tuple.get(1)).value());
        }
        bySender.forEach((sender, numbers) -> {
          List<Long> sorted = new ArrayList<>(new HashSet<>(numbers));
          Collections.sort(sorted);
          assertEquals(sorted, numbers, () -> subject + " from " + sender);
        });
      }
    }

    /** Section 1.5: each monitor reports once if its target ended, and never once it is ended. */
    private void checkMonitors() {
      watchers.forEach((monitor, watcher) -> {
        int reports = Collections.frequency(watcher.downs(), monitor);
        Subject target = watched.get(monitor);
        assertTrue(reports <= 1, () -> watcher + " heard twice of " + target);
        boolean due =
            watcher.isAlive() && !dropped.contains(monitor) && target != null && !target.isAlive();
        if (due && target != watcher) {
          assertEquals(1, reports, () -> watcher + " did not hear of the end of " + target);
        }
        boolean groundless = target != null && target.isAlive() && !everCut;
        if (groundless || dropped.contains(monitor)) {
          assertEquals(0, reports, () -> watcher + " heard of " + target + " without reason");
        }
      });
    }

    /** Section 1.4: a link has two living ends that both know of it. */
    private void checkLinks(Simulation simulation) {
      Map<Pid, Set<Pid>> links = new HashMap<>();
      for (Subject subject : subjects) {
        if (subject.isAlive()) {
          links.put(subject.pid(), new HashSet<>(info(simulation, subject).links()));
        }
      }
      links.forEach((pid, partners) ->
          partners.forEach(partner -> {
            assertTrue(
                links.containsKey(partner), () -> pid + " has a link with the dead " + partner);
            assertTrue(
                links.get(partner).contains(pid), () -> pid + " alone has a link " + partner);
          }));
    }

    private static ProcessInfo info(Simulation simulation, Subject subject) {
      var info = Sys.info(subject.address());
      simulation.run();
      return info.join();
    }

    private List<String> story(Simulation simulation) {
      List<String> story = new ArrayList<>();
      story.add("turns " + simulation.turns());
      for (Subject subject : subjects) {
        story.add(subject.pid() + " " + subject.end + " " + subject.messages + subject.reports);
      }
      return story;
    }

    /** When all are killed, no node keeps anything for any other. */
    private void checkNothingIsLeft(Simulation simulation, List<Node> nodes, int services) {
      for (Subject subject : subjects) {
        homes.get(subject.number).exit(subject.pid(), ExitReason.KILL);
      }
      simulation.run();
      for (Node node : nodes) {
        assertEquals(services, node.processCount(), () -> "processes on " + node);
        Network network = java.util.Objects.requireNonNull(node.network());
        for (Atom peer : network.peers()) {
          var session = network.liveSession(peer);
          assertEquals(0, session == null ? 0 : session.size(), () -> node + " about " + peer);
        }
      }
    }
  }
}
