package io.weft.bench.soak;

import io.weft.node.Node;
import io.weft.node.ProcessInfo;
import io.weft.node.Sys;
import io.weft.node.Target;
import io.weft.term.Pid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** What ties the processes of a node that is at rest: everything must have two ends. */
final class Structure {
  private static final int MOST_FAULTS = 20;

  private final Map<Pid, ProcessInfo> processes = new HashMap<>();
  private final List<String> faults = new ArrayList<>();

  private Structure() {}

  /** Returns what is wrong in the tree that hangs together with {@code root} by links. */
  static List<String> faults(Node node, Pid root, int expected) {
    var structure = new Structure();
    structure.collect(node, root);
    structure.check();
    int found = structure.processes.size();
    if (found != expected) {
      structure.fault(found + " processes hang together by links, and should be " + expected);
    }
    if (node.processCount() != expected) {
      structure.fault(node.processCount() + " processes live, and should be " + expected);
    }
    return structure.faults;
  }

  private void fault(String what) {
    if (faults.size() < MOST_FAULTS) {
      faults.add(what);
    }
  }

  private void collect(Node node, Pid root) {
    var open = new ArrayDeque<Pid>();
    open.add(root);
    while (!open.isEmpty()) {
      Pid pid = open.remove();
      if (!processes.containsKey(pid)) {
        try {
          ProcessInfo info = Sys.info(node.address(pid)).join();
          processes.put(pid, info);
          open.addAll(info.links());
        } catch (CompletionException dead) {
          fault("a link to " + pid + ", which has ended");
        }
      }
    }
  }

  private void check() {
    processes.forEach((pid, info) -> {
      for (Pid other : info.links()) {
        ProcessInfo there = processes.get(other);
        if (there != null && !there.links().contains(pid)) {
          fault(pid + " is linked to " + other + ", which is not linked to it");
        }
      }
      for (Target target : info.monitors()) {
        if (target instanceof Target.ByPid(Pid other)) {
          checkMonitor(pid, info, other);
        }
      }
      for (Pid watcher : info.watchers()) {
        if (!processes.containsKey(watcher)) {
          fault(pid + " is watched by " + watcher + ", which has ended");
        }
      }
      if (info.suspended()) {
        fault(pid + " is suspended");
      }
    });
  }

  private void checkMonitor(Pid pid, ProcessInfo info, Pid other) {
    ProcessInfo there = processes.get(other);
    int here = Collections.frequency(info.monitors(), new Target.ByPid(other));
    int back = there == null ? 0 : Collections.frequency(there.watchers(), pid);
    if (here != back) {
      fault(pid + " watches " + other + " " + here + " times, which knows of " + back);
    }
  }
}
