package io.weft.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The signal rules of spec sections 1.2 to 1.5 in their simplest form: every operation takes full
 * effect before the next one. Processes and monitors are numbers, what a process gets is text.
 */
final class SignalModel {
  static final String NORMAL = "normal";

  static final class Proc {
    final int number;
    final int node;
    boolean alive = true;
    boolean trapping;
    String end = "";
    final Set<Proc> links = new LinkedHashSet<>();
    final Map<Integer, Proc> monitors = new LinkedHashMap<>();
    final List<String> got = new ArrayList<>();

    Proc(int number, int node) {
      this.number = number;
      this.node = node;
    }
  }

  final List<Proc> procs = new ArrayList<>();

  Proc spawn(int node) {
    var proc = new Proc(procs.size(), node);
    procs.add(proc);
    return proc;
  }

  void link(Proc from, Proc to) {
    if (from == to) {
      return;
    }
    if (to.alive) {
      from.links.add(to);
      to.links.add(from);
    } else if (from.trapping) {
      from.got.add("EXIT " + to.number + " noproc");
    } else {
      die(from, from.node == to.node ? "crash" : "noproc");
    }
  }

  void unlink(Proc from, Proc to) {
    from.links.remove(to);
    to.links.remove(from);
  }

  void monitor(Proc from, Proc to, int monitor) {
    if (to.alive) {
      if (from != to) {
        from.monitors.put(monitor, to);
      }
    } else {
      from.got.add("DOWN " + monitor + " noproc");
    }
  }

  void demonitor(Proc from, int monitor) {
    from.monitors.remove(monitor);
  }

  void exit(Proc from, Proc to, String reason) {
    if (!to.alive) {
      return;
    }
    if (reason.equals("kill")) {
      die(to, "killed");
    } else if (to.trapping) {
      to.got.add("EXIT " + from.number + " " + reason);
    } else if (!reason.equals(NORMAL) || from == to) {
      die(to, reason);
    }
  }

  void send(Proc to, String message) {
    if (to.alive) {
      to.got.add(message);
    }
  }

  /** The connection of two nodes breaks. */
  void cut(int one, int other) {
    List<Runnable> ends = new ArrayList<>();
    for (Proc proc : procs) {
      for (Proc partner : List.copyOf(proc.links)) {
        if (crosses(proc, partner, one, other)) {
          ends.add(() -> exitByLink(proc, partner, "noconnection"));
        }
      }
      for (Map.Entry<Integer, Proc> monitor : Map.copyOf(proc.monitors).entrySet()) {
        if (crosses(proc, monitor.getValue(), one, other)) {
          proc.monitors.remove(monitor.getKey());
          proc.got.add("DOWN " + monitor.getKey() + " noconnection");
        }
      }
    }
    for (Proc proc : procs) {
      proc.links.removeIf(partner -> crosses(proc, partner, one, other));
    }
    ends.forEach(Runnable::run);
  }

  private static boolean crosses(Proc a, Proc b, int one, int other) {
    return a.node == one && b.node == other || a.node == other && b.node == one;
  }

  void die(Proc proc, String reason) {
    if (!proc.alive) {
      return;
    }
    proc.alive = false;
    proc.end = reason;
    List<Proc> partners = List.copyOf(proc.links);
    proc.links.clear();
    partners.forEach(partner -> partner.links.remove(proc));
    for (Proc watcher : procs) {
      watcher.monitors.entrySet().stream()
          .filter(monitor -> monitor.getValue() == proc)
          .map(Map.Entry::getKey)
          .toList()
          .forEach(monitor -> {
            watcher.monitors.remove(monitor);
            if (watcher.alive) {
              watcher.got.add("DOWN " + monitor + " " + reason);
            }
          });
    }
    proc.monitors.clear();
    partners.forEach(partner -> exitByLink(partner, proc, reason));
  }

  private void exitByLink(Proc proc, Proc from, String reason) {
    if (!proc.alive) {
      return;
    }
    if (proc.trapping) {
      proc.got.add("EXIT " + from.number + " " + reason);
    } else if (!reason.equals(NORMAL)) {
      die(proc, reason);
    }
  }
}
