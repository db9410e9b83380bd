package io.weft.global;

import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The names as this node knows them. Changed in turns of the name server, read by any thread.
 *
 * <p>Each process with a name is monitored, so that the table holds nothing of those who ended or
 * whose node was lost.
 */
final class NameTable {
  private record Entry(Registration registration, Reference monitor) {}

  private final Map<Term, Entry> byName = new ConcurrentHashMap<>();
  private final Map<Pid, Set<Term>> byPid = new ConcurrentHashMap<>();
  private final Map<Reference, Term> byMonitor = new HashMap<>();

  @Nullable Registration find(Term name) {
    Entry entry = byName.get(name);
    return entry == null ? null : entry.registration;
  }

  /** Returns all names, in no order. */
  Set<Term> names() {
    return Set.copyOf(byName.keySet());
  }

  /** Whether the process has a name already. */
  boolean hasName(Pid pid) {
    return byPid.containsKey(pid);
  }

  Collection<Registration> all() {
    return byName.values().stream().map(Entry::registration).toList();
  }

  void insert(Self<?> self, Registration registration) {
    remove(self, registration.name());
    Reference monitor = self.monitor(new Target.ByPid(registration.pid()));
    byName.put(registration.name(), new Entry(registration, monitor));
    byMonitor.put(monitor, registration.name());
    byPid.compute(
        registration.pid(),
        (_, names) -> {
          Set<Term> grown = names == null ? new HashSet<>(2) : new HashSet<>(names);
          grown.add(registration.name());
          return grown;
        });
  }

  /** Frees a name; true if somebody had it. */
  boolean remove(Self<?> self, Term name) {
    Entry entry = byName.remove(name);
    if (entry == null) {
      return false;
    }
    byMonitor.remove(entry.monitor);
    self.demonitor(entry.monitor, true);
    byPid.computeIfPresent(
        entry.registration.pid(),
        (_, names) -> {
          Set<Term> left = new HashSet<>(names);
          left.remove(name);
          return left.isEmpty() ? null : left;
        });
    return true;
  }

  /** A connection has ended: nothing that came over it, or depends on it, stays. */
  void removeOf(Self<?> self, Atom node) {
    for (Map.Entry<Term, Entry> each : byName.entrySet()) {
      if (each.getValue().registration.pid().node().equals(node)) {
        remove(self, each.getKey());
      }
    }
  }

  /** A monitor has reported; true if it was one of these. */
  boolean onDown(Self<?> self, Reference monitor) {
    Term name = byMonitor.get(monitor);
    return name != null && remove(self, name);
  }
}
