package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.Await;
import io.weft.runtime.RuntimeLeaks;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Checks the structure of a node: while it lives, that what ties its processes fits together; when
 * it has closed, that nothing is left.
 */
public final class NodeLeaks {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

  private NodeLeaks() {}

  /** Closes the node; no process, name, timer or thread of it may be left. */
  public static void closeAndCheck(Node node) {
    closeAndCheck(node, false);
  }

  static void closeAndCheck(Node node, boolean timersMayBeLeft) {
    node.close();
    assertEquals(0, node.processCount(), "processes left");
    node.processes().forEach(process -> assertEquals("nobody", process.toString()));
    assertTrue(node.registered().isEmpty(), () -> "names left: " + node.registered());
    if (node.ownsSeams()) {
      if (!timersMayBeLeft) {
        RuntimeLeaks.checkTimers(node.seams());
      }
      RuntimeLeaks.checkThreads(node.seams());
    }
  }

  /**
   * Checks that inside the node links are mutual, monitors stand on both sides, nobody is tied to
   * one who has ended, calls wait for living servers only, and aliases that end with a monitor have
   * one. Signals under way may make that untrue for a moment, so it must come true.
   */
  public static void checkTies(Node node) {
    var wrong = new AtomicReference<>(List.<String>of());
    boolean right =
        Await.comesTrue(
            () -> {
              wrong.set(wrongIn(node));
              return wrong.get().isEmpty();
            },
            PATIENCE);
    assertTrue(right, () -> "ties left: " + wrong.get());
  }

  /** What ties one process. */
  private record Knot(
      List<Pid> linked,
      List<Target> watched,
      List<Pid> watchers,
      Map<Reference, AliasMode> aliases,
      Set<Reference> monitors,
      List<Pid> awaited) {
    static Knot of(Process<?> process) {
      Ties ties = process.extras().ties;
      return new Knot(
          ties.linked(),
          ties.watched(),
          ties.watchers(),
          ties.aliased(),
          ties.monitoring(),
          process.extras().calls.awaited().stream().map(Process::pid).toList());
    }

    long watches(Pid other) {
      return watched.stream().filter(new Target.ByPid(other)::equals).count();
    }
  }

  private static List<String> wrongIn(Node node) {
    Map<Pid, Knot> knots = look(node);
    List<String> wrong = new ArrayList<>();
    knots.forEach((pid, knot) -> {
      for (Pid other : knot.linked) {
        if (isHere(node, other)
            && (!knows(knots, other) || !knots.get(other).linked.contains(pid))) {
          wrong.add(pid + " is linked to " + other + ", which is not linked to it");
        }
      }
      for (Target target : knot.watched) {
        if (target instanceof Target.ByPid(Pid other)
            && isHere(node, other)
            && !other.equals(pid)) {
          long here = knot.watches(other);
          long there =
              knows(knots, other) ? Collections.frequency(knots.get(other).watchers, pid) : 0;
          if (there < here) {
            wrong.add(pid + " watches " + other + " " + here + " times, which knows of " + there);
          }
        }
      }
      for (Pid watcher : knot.watchers) {
        if (isHere(node, watcher) && !knows(knots, watcher)) {
          wrong.add(pid + " is watched by " + watcher + ", which has ended");
        }
      }
      knot.aliases.forEach((alias, mode) -> {
        boolean ends = mode == AliasMode.DEMONITOR || mode == AliasMode.REPLY_DEMONITOR;
        if (ends && !knot.monitors.contains(alias)) {
          wrong.add(pid + " has the alias " + alias + ", whose monitor has ended");
        }
      });
      for (Pid server : knot.awaited) {
        if (!knows(knots, server)) {
          wrong.add(pid + " calls " + server + ", which has ended");
        }
      }
    });
    return wrong;
  }

  private static boolean knows(Map<Pid, Knot> knots, Pid pid) {
    return knots.containsKey(pid);
  }

  private static boolean isHere(Node node, Pid pid) {
    return pid.node().equals(node.name()) && pid.creation() == node.creation();
  }

  /** Looks at each process in a turn of its own; one that ends meanwhile is not there. */
  private static Map<Pid, Knot> look(Node node) {
    Map<Pid, Knot> knots = new ConcurrentHashMap<>();
    List<Process<?>> processes = new ArrayList<>();
    node.processes().forEach(processes::add);
    processes.forEach(process -> process.post(() -> knots.put(process.pid(), Knot.of(process))));
    boolean all =
        Await.comesTrue(
            () -> processes.stream().allMatch(p -> p.isClosed() || knots.containsKey(p.pid())),
            PATIENCE);
    assertTrue(all, () -> "some do not come to a turn: " + processes);
    return new HashMap<>(knots);
  }
}
