package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.global.Global;
import io.weft.global.LockId;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.Target;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** OTP semantics, 5.5: names and locks of clusters of Weft nodes, each run from a seed. */
class Services55GlobalTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Atom NAME = Atom.of("name");

  /** A cluster whose nodes are all to be connected. */
  private static final class Cluster implements AutoCloseable {
    final Simulation simulation;
    final List<Node> nodes = new ArrayList<>();

    Cluster(long seed, int size) {
      simulation = new Simulation(seed);
      for (int i = 0; i < size; i++) {
        nodes.add(simulation.start(NodeOptions.builder((char) ('a' + i) + "@sim").hidden(false)));
      }
      simulation.run();
    }

    Node node(int i) {
      return nodes.get(i);
    }

    Global global(int i) {
      return Global.of(nodes.get(i));
    }

    RandomGenerator random() {
      return simulation.random();
    }

    /** Lets one node send another a message, which connects them. */
    void connect(int one, int other) {
      nodes.get(one).address("nobody", nodes.get(other).name().name()).tell(Atom.OK);
    }

    void connectAll() {
      for (int i = 0; i < nodes.size(); i++) {
        for (int j = 0; j < i; j++) {
          connect(i, j);
        }
      }
    }

    Pid process(int i) {
      var address = nodes.get(i).spawn(Blueprint.<Term>of("named", () -> (_, _) -> {}));
      return ((Target.ByPid) address.target()).pid();
    }

    /**
     * Frees a name of the node's own. A break in the middle of a change may hide it from some;
     * those forget the name all the same, because they lose this node.
     */
    void unregister(int i, Term name) {
      Pid pid = global(i).whereisName(name);
      if (pid != null && pid.node().equals(nodes.get(i).name())) {
        var _ = global(i).unregisterName(name);
      }
    }

    <T> T done(CompletableFuture<T> future) {
      simulation.advance(LONG);
      assertTrue(future.isDone(), "it takes for ever");
      return future.join();
    }

    /** All agree, and know of nobody who has ended. */
    void assertAgreed() {
      Set<String> views = new HashSet<>();
      for (Node node : nodes) {
        views.add(
            Global.of(node).registeredNames().stream()
                .map(name -> name + " is " + Global.of(node).whereisName(name))
                .sorted()
                .toList()
                .toString());
        assertEquals(
            nodes.size() - 1, done(Global.of(node).known()).size(), node + " does not know all");
        for (Term name : Global.of(node).registeredNames()) {
          Pid pid = assertNotNullPid(Global.of(node).whereisName(name));
          assertTrue(nodes.stream().anyMatch(home -> home.isAlive(pid)), name + " is dead");
        }
      }
      assertEquals(1, views.size(), () -> "they do not agree: " + views);
    }

    private static Pid assertNotNullPid(Pid pid) {
      assertNotNull(pid);
      return pid;
    }

    @Override
    public void close() {
      simulation.close();
    }
  }

  @Test
  void aNameIsKnownOnAllNodesAndFreeAgainWhenItsProcessEnds() {
    Seeds.forEach(
        Services55GlobalTest.class,
        seed -> {
          try (var cluster = new Cluster(seed, 3)) {
            cluster.connect(0, 1);
            cluster.connect(1, 2);
            cluster.simulation.advance(LONG);
            Pid pid = cluster.process(0);
            assertTrue(cluster.done(cluster.global(0).registerName(NAME, pid)));
            cluster.assertAgreed();
            assertEquals(pid, cluster.global(2).whereisName(NAME));
            assertFalse(cluster.done(cluster.global(2).registerName(NAME, cluster.process(2))));
            cluster.node(0).exit(pid, ExitReason.KILL);
            cluster.simulation.advance(LONG);
            assertNull(cluster.global(1).whereisName(NAME));
            cluster.assertAgreed();
          }
        });
  }

  @Test
  void ofManyWhoRegisterANameAtOnceOneSucceeds() {
    Seeds.forEach(
        Services55GlobalTest.class,
        seed -> {
          try (var cluster = new Cluster(seed, 4)) {
            cluster.connectAll();
            cluster.simulation.advance(LONG);
            List<CompletableFuture<Boolean>> tries = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
              tries.add(cluster.global(i % 4).registerName(NAME, cluster.process(i % 4)));
            }
            cluster.simulation.advance(LONG);
            assertEquals(1, tries.stream().filter(CompletableFuture::join).count());
            cluster.assertAgreed();
          }
        });
  }

  @Test
  void partitionsThatHealAgreeOnEveryNameAndOneOfTwoHoldersIsLeft() {
    Seeds.forEach(
        Services55GlobalTest.class,
        seed -> {
          try (var cluster = new Cluster(seed, 4)) {
            List<CompletableFuture<Boolean>> tries = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
              tries.add(cluster.global(i).registerName(NAME, cluster.process(i)));
              tries.add(cluster.global(i).registerName(IntTerm.of(i), cluster.process(i)));
            }
            cluster.simulation.advance(LONG);
            assertTrue(tries.stream().allMatch(CompletableFuture::join), "they are apart");
            cluster.connectAll();
            cluster.simulation.advance(LONG);
            cluster.assertAgreed();
            assertEquals(5, cluster.global(0).registeredNames().size());
          }
        });
  }

  @Test
  void whateverBreaksThoseWhoFindEachOtherAgainAgree() {
    Seeds.forEach(
        Services55GlobalTest.class,
        seed -> {
          try (var cluster = new Cluster(seed, 4)) {
            cluster.connectAll();
            for (int step = 0; step < 30; step++) {
              int one = cluster.random().nextInt(4);
              int other = cluster.random().nextInt(4);
              switch (cluster.random().nextInt(6)) {
                case 0 -> cluster.simulation.cut(cluster.node(one), cluster.node(other));
                case 1 -> cluster.connect(one, other);
                case 2, 3 -> {
                  var name = IntTerm.of(cluster.random().nextInt(3));
                  var _ = cluster.global(one).registerName(name, cluster.process(one));
                }
                case 4 -> cluster.unregister(one, IntTerm.of(other));
                default ->
                    cluster.simulation.advance(Duration.ofMillis(cluster.random().nextInt(2_000)));
              }
              for (int turns = cluster.random().nextInt(40); turns > 0; turns--) {
                var _ = cluster.simulation.step();
              }
            }
            cluster.simulation.advance(LONG);
            for (int tries = 0; tries < 3; tries++) {
              cluster.connectAll(); // what gave somebody up does not come back by itself
              cluster.simulation.advance(LONG);
            }
            cluster.assertAgreed();
          }
        });
  }

  @Test
  void aLockIsHeldByOneRequesterAtATimeWhoeverDies() {
    Seeds.forEach(
        Services55GlobalTest.class,
        seed -> {
          try (var cluster = new Cluster(seed, 3)) {
            cluster.connectAll();
            cluster.simulation.advance(LONG);
            Set<Integer> inside = new HashSet<>();
            List<CompletableFuture<Optional<Boolean>>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
              int number = i;
              Global global = cluster.global(i % 3);
              all.add(
                  global.transaction(
                      new LockId(NAME, IntTerm.of(i)),
                      global.nodes(),
                      Global.FOREVER,
                      () -> {
                        assertTrue(inside.add(number));
                        assertEquals(1, inside.size(), "two are inside");
                        return inside.remove(number);
                      }));
            }
            Pid holder = cluster.process(1);
            var taken =
                cluster
                    .global(1)
                    .setLock(
                        new LockId(NAME, Atom.of("dies")), holder, cluster.global(1).nodes(), 100);
            cluster.simulation.advance(Duration.ofSeconds(cluster.random().nextInt(20)));
            cluster.node(1).exit(holder, ExitReason.KILL);
            cluster.simulation.advance(LONG);
            assertTrue(taken.isDone());
            all.forEach(each -> assertEquals(Optional.of(true), each.join()));
          }
        });
  }
}
