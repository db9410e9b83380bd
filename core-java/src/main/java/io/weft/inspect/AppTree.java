package io.weft.inspect;

import io.weft.node.BlockingSelf;
import io.weft.node.CallException;
import io.weft.node.ProcessInfo;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The processes of an application as a tree: from its master along links, or along what supervisors
 * tell of their children. A link to a process that has its place elsewhere in the tree, or on
 * another node, is told apart.
 */
final class AppTree {
  /** Nobody looks at more; the rest of a larger application is left out. */
  private static final int MAX_PROCESSES = 20_000;

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final List<String> NOT_SHOWN =
      List.of("application_controller", "init", "appmon_info");

  private final BlockingSelf<Term> self;

  AppTree(BlockingSelf<Term> self) {
    this.self = self;
  }

  /**
   * Returns {@code {Top, [{Pid, Text}], [{Text, Text}], [{Text, Text}]}}: the processes, those
   * links that make the tree, and the others.
   *
   * @param supervised whether to follow what supervisors tell, in place of links
   */
  Term of(Atom application, boolean supervised) {
    Pid master = RunningApps.master(self, application);
    if (master == null) {
      return Tuple.of(ListTerm.NIL, ListTerm.NIL, ListTerm.NIL, ListTerm.NIL);
    }
    return new Search(master, supervised).result();
  }

  private final class Search {
    private final Pid master;
    private final boolean supervised;
    private final Map<Pid, ProcessInfo> known = new HashMap<>();
    private final Set<Pid> notShown = new LinkedHashSet<>();
    private final Set<Pid> found = new LinkedHashSet<>();
    private final Deque<Pid> queue = new ArrayDeque<>();
    private final Set<Pid> queued = new LinkedHashSet<>();
    private final Set<List<Pid>> tree = new LinkedHashSet<>();
    private final Set<List<Pid>> others = new LinkedHashSet<>();
    private final Set<Pid> supervisors = new LinkedHashSet<>();

    Search(Pid master, boolean supervised) {
      this.master = master;
      this.supervised = supervised;
      for (String name : NOT_SHOWN) {
        Pid pid = self.node().whereis(Atom.of(name));
        if (pid != null) {
          notShown.add(pid);
        }
      }
    }

    Term result() {
      learn(List.of(master));
      enqueue(master);
      while (!queue.isEmpty() && found.size() < MAX_PROCESSES) {
        Pid next = queue.remove();
        queued.remove(next);
        if (found.add(next)) {
          addChildren(next);
        }
      }
      List<Term> processes = new ArrayList<>();
      found.forEach(pid -> processes.add(Tuple.of(pid, text(pid))));
      return Tuple.of(text(master), Terms.list(processes), links(tree), links(others));
    }

    private void enqueue(Pid pid) {
      queue.add(pid);
      queued.add(pid);
    }

    private void addChildren(Pid parent) {
      if (supervised) {
        for (Pid child : supervisedBy(parent)) {
          tree.add(List.of(parent, child));
          enqueue(child);
        }
        return;
      }
      ProcessInfo info = known.get(parent);
      List<Pid> linked = info == null ? List.of() : info.links().reversed();
      learn(linked);
      linked.stream().filter(each -> !found.contains(each)).forEach(each -> add(each, parent));
    }

    private void add(Pid child, Pid parent) {
      if (!self.node().isHere(child)) {
        others.add(List.of(parent, child));
        enqueue(child);
      } else if (!notShown.contains(child)) {
        ProcessInfo info = known.get(child);
        Pid ancestor =
            info == null || info.ancestors().isEmpty() ? null : info.ancestors().getFirst();
        boolean own = info == null || info.groupLeader().equals(master);
        if (ancestor == null ? own && !queued.contains(child) : ancestor.equals(parent)) {
          tree.add(List.of(parent, child));
          enqueue(child);
        } else if (ancestor != null || own) {
          others.add(List.of(parent, child));
        }
      }
    }

    // --- what they tell --------------------------------------------------------------------------

    private void learn(List<Pid> pids) {
      List<Pid> strange =
          pids.stream().filter(pid -> self.node().isHere(pid) && !known.containsKey(pid)).toList();
      ProcessFunctions.infos(self, strange).forEach(info -> known.put(info.pid(), info));
    }

    private List<Pid> supervisedBy(Pid parent) {
      if (parent.equals(master)) {
        ProcessInfo info = known.get(master);
        List<Pid> top =
            info == null
                ? List.of()
                : info.links().stream().filter(each -> !notShown.contains(each)).toList();
        supervisors.addAll(top);
        return top;
      }
      return supervisors.contains(parent) ? childrenOf(parent) : List.of();
    }

    private List<Pid> childrenOf(Pid supervisor) {
      List<Pid> pids = new ArrayList<>();
      if (whichChildren(supervisor) instanceof ListTerm children) {
        for (Term child : children.elements()) {
          if (child instanceof Tuple one && one.arity() == 4 && one.get(1) instanceof Pid pid) {
            pids.add(pid);
            if (one.get(2).equals(Atom.of("supervisor"))) {
              supervisors.add(pid);
            }
          }
        }
      }
      return pids;
    }

    private @Nullable Term whichChildren(Pid supervisor) {
      try {
        return self.callTerm(self.node().address(supervisor), Atom.of("which_children"), PATIENCE);
      } catch (CallException _) { // it is none, or ends just now
        return null;
      }
    }

    // --- texts -----------------------------------------------------------------------------------

    private Term links(Set<List<Pid>> links) {
      List<Term> texts = new ArrayList<>();
      links.forEach(link -> texts.add(Tuple.of(text(link.getFirst()), text(link.getLast()))));
      return Terms.list(texts);
    }

    private Term text(Pid pid) {
      ProcessInfo info = known.get(pid);
      if (info == null && self.node().isHere(pid)) {
        learn(List.of(pid));
        info = known.get(pid);
      }
      if (info != null && info.name() != null) {
        return Terms.charlist(info.name().name());
      }
      boolean here = self.node().isHere(pid);
      String number =
          "<%s.%s.%s>"
              .formatted(
                  here ? "0" : pid.node().name(),
                  Integer.toUnsignedString(pid.id()),
                  Integer.toUnsignedString(pid.serial()));
      return Terms.charlist(here ? number : number + " " + pid.node().name());
    }
  }
}
