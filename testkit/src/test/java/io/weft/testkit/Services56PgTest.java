package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.Target;
import io.weft.pg.GroupEvent;
import io.weft.pg.GroupMonitor;
import io.weft.pg.ProcessGroups;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** OTP semantics, 5.6: groups of processes of clusters of Weft nodes, each run from a seed. */
class Services56PgTest {
  private static final int NODES = 3;
  private static final int GROUPS = 3;

  private static final class Cluster implements AutoCloseable {
    final Simulation simulation;
    final List<Node> nodes = new ArrayList<>();
    final List<Pid> pids = new ArrayList<>();

    /** What each node should know of itself: how often a process is in a group. */
    final Map<Term, Map<Pid, Integer>> expected = new HashMap<>();

    Cluster(long seed) {
      simulation = new Simulation(seed);
      for (int i = 0; i < NODES; i++) {
        nodes.add(simulation.start(NodeOptions.builder((char) ('a' + i) + "@sim").hidden(false)));
        ProcessGroups.of(nodes.get(i));
      }
      simulation.run();
    }

    ProcessGroups groups(int i) {
      return ProcessGroups.of(nodes.get(i));
    }

    int random(int bound) {
      return simulation.random().nextInt(bound);
    }

    Pid spawn(int i) {
      Address<Term> address = nodes.get(i).spawn(Blueprint.of("member", () -> (_, _) -> {}));
      Pid pid = ((Target.ByPid) address.target()).pid();
      pids.add(pid);
      return pid;
    }

    int homeOf(Pid pid) {
      return pid.node().name().charAt(0) - 'a';
    }

    void connectAll() {
      for (int i = 0; i < NODES; i++) {
        for (int j = 0; j < i; j++) {
          nodes.get(i).address("nobody", nodes.get(j).name().name()).tell(IntTerm.of(1));
        }
      }
      simulation.run();
    }

    void join(Term group, Pid pid) {
      var _ = groups(homeOf(pid)).join(group, pid);
      expected.computeIfAbsent(group, _ -> new HashMap<>()).merge(pid, 1, Integer::sum);
    }

    void leave(Term group, Pid pid) {
      var _ = groups(homeOf(pid)).leave(group, pid);
      expected
          .computeIfAbsent(group, _ -> new HashMap<>())
          .computeIfPresent(pid, (_, times) -> times == 1 ? null : times - 1);
    }

    void kill(Pid pid) {
      nodes.get(homeOf(pid)).exit(pid, ExitReason.KILL);
      pids.remove(pid);
      expected.values().forEach(members -> members.remove(pid));
    }

    static Map<Pid, Integer> counted(List<Pid> pids) {
      Map<Pid, Integer> counts = new HashMap<>();
      pids.forEach(pid -> counts.merge(pid, 1, Integer::sum));
      return counts;
    }

    @Override
    public void close() {
      simulation.close();
    }
  }

  @Test
  void allNodesKnowTheSameInTheEndWhateverBreaksOnTheWay() {
    Seeds.forEach(
        Services56PgTest.class,
        seed -> {
          try (var cluster = new Cluster(seed)) {
            for (int step = 0; step < 60; step++) {
              Term group = IntTerm.of(cluster.random(GROUPS));
              int one = cluster.random(NODES);
              int other = cluster.random(NODES);
              Pid some =
                  cluster.pids.isEmpty()
                      ? cluster.spawn(one)
                      : cluster.pids.get(cluster.random(cluster.pids.size()));
              switch (cluster.random(8)) {
                case 0, 1 -> cluster.join(group, cluster.spawn(one));
                case 2 -> cluster.join(group, some);
                case 3 -> cluster.leave(group, some);
                case 4 -> cluster.kill(some);
                case 5 -> cluster.simulation.cut(cluster.nodes.get(one), cluster.nodes.get(other));
                default -> cluster.connectAll();
              }
              for (int turns = cluster.random(20); turns > 0; turns--) {
                var _ = cluster.simulation.step();
              }
            }
            cluster.connectAll();
            for (int i = 0; i < NODES; i++) {
              for (int group = 0; group < GROUPS; group++) {
                Term name = IntTerm.of(group);
                assertEquals(
                    cluster.expected.getOrDefault(name, Map.of()),
                    Cluster.counted(cluster.groups(i).members(name)),
                    cluster.nodes.get(i) + ", group " + group);
              }
            }
          }
        });
  }

  @Test
  void aMonitorTellsEveryChangeSinceItBegan() {
    Seeds.forEach(
        Services56PgTest.class,
        seed -> {
          try (var cluster = new Cluster(seed)) {
            Term group = IntTerm.of(1);
            cluster.connectAll();
            cluster.join(group, cluster.spawn(0));
            List<GroupEvent> told = new ArrayList<>();
            Address<GroupEvent> watcher =
                cluster
                    .nodes
                    .get(0)
                    .spawn(Blueprint.of("watcher", () -> (_, event) -> told.add(event)));
            CompletableFuture<GroupMonitor> monitor =
                cluster.groups(0).monitor(group, watcher, event -> event);
            for (int step = 0; step < 20; step++) {
              int node = cluster.random(NODES);
              switch (cluster.random(4)) {
                case 0 -> cluster.kill(cluster.spawn(node));
                case 1 -> cluster.simulation.cut(cluster.nodes.get(0), cluster.nodes.get(node));
                default -> cluster.join(group, cluster.spawn(node));
              }
              cluster.connectAll();
            }
            List<Pid> members = new ArrayList<>(monitor.join().before().get(group));
            for (GroupEvent event : told) {
              if (event instanceof GroupEvent.Join) {
                members.addAll(event.pids());
              } else {
                event
                    .pids()
                    .forEach(pid -> assertTrue(members.remove(pid), "left, but was not in"));
              }
            }
            assertEquals(
                Cluster.counted(cluster.groups(0).members(group)), Cluster.counted(members));
            monitor.join().close();
            int before = told.size();
            cluster.simulation.run();
            cluster.join(group, cluster.spawn(0));
            cluster.simulation.run();
            assertEquals(before, told.size());
          }
        });
  }

  @Test
  void aScopeThatStopsIsForgottenAndOneThatStartsAgainFindsAllOthers() {
    Seeds.forEach(
        Services56PgTest.class,
        seed -> {
          try (var cluster = new Cluster(seed)) {
            cluster.connectAll();
            Term group = IntTerm.of(1);
            Pid here = cluster.spawn(0);
            Pid there = cluster.spawn(1);
            cluster.join(group, here);
            cluster.join(group, there);
            cluster.simulation.run();
            cluster.groups(1).stop();
            cluster.simulation.run();
            assertEquals(List.of(here), cluster.groups(2).members(group));
            assertEquals(List.of(), cluster.groups(1).members(group));
            cluster.simulation.run();
            assertEquals(List.of(here), cluster.groups(1).members(group));
            cluster.join(group, there);
            cluster.simulation.run();
            assertEquals(2, cluster.groups(2).members(group).size());
          }
        });
  }

  @Test
  void whoIsNotHereCannotJoinHereAndWhoIsNotInCannotLeave() {
    try (var cluster = new Cluster(1)) {
      Pid pid = cluster.spawn(1);
      assertThrows(
          IllegalArgumentException.class, () -> cluster.groups(0).join(IntTerm.of(1), pid));
      var left = cluster.groups(1).leave(IntTerm.of(1), pid);
      cluster.simulation.run();
      assertFalse(left.join());
      var other = ProcessGroups.of(cluster.nodes.get(1), "other");
      var joined = other.join(IntTerm.of(1), pid, pid);
      cluster.simulation.run();
      assertTrue(joined.join());
      assertEquals(List.of(pid, pid), other.localMembers(IntTerm.of(1)));
      assertEquals(List.of(), cluster.groups(1).members(IntTerm.of(1)));
    }
  }
}
