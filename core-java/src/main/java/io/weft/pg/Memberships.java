package io.weft.pg;

import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is in which group, as this node knows it. Changed in turns of the scope, read by any thread:
 * a reader sees each change of a group whole.
 */
final class Memberships {
  /** A process stands here as often as it joined. */
  private record Group(List<Pid> all, List<Pid> local) {
    static final Group EMPTY = new Group(List.of(), List.of());
  }

  private final Map<Term, Group> groups = new ConcurrentHashMap<>();

  List<Pid> members(Term group) {
    return groups.getOrDefault(group, Group.EMPTY).all;
  }

  List<Pid> localMembers(Term group) {
    return groups.getOrDefault(group, Group.EMPTY).local;
  }

  Set<Term> groups() {
    return Set.copyOf(groups.keySet());
  }

  Map<Term, List<Pid>> all() {
    Map<Term, List<Pid>> all = new HashMap<>();
    groups.forEach((name, group) -> all.put(name, group.all));
    return Map.copyOf(all);
  }

  void join(Term name, Collection<Pid> pids, boolean local) {
    groups.merge(
        name,
        new Group(List.copyOf(pids), local ? List.copyOf(pids) : List.of()),
        (before, more) -> new Group(with(before.all, more.all), with(before.local, more.local)));
  }

  void leave(Term name, Collection<Pid> pids, boolean local) {
    groups.computeIfPresent(
        name,
        (_, before) -> {
          List<Pid> all = without(before.all, pids);
          return all.isEmpty()
              ? null
              : new Group(all, local ? without(before.local, pids) : before.local);
        });
  }

  void clear() {
    groups.clear();
  }

  static List<Pid> with(List<Pid> some, Collection<Pid> more) {
    List<Pid> both = new ArrayList<>(some.size() + more.size());
    both.addAll(some);
    both.addAll(more);
    return List.copyOf(both);
  }

  /** Takes out each process as often as it is named. */
  static List<Pid> without(List<Pid> some, Collection<Pid> others) {
    if (others.size() == 1) {
      List<Pid> left = new ArrayList<>(some);
      left.remove(others.iterator().next());
      return List.copyOf(left);
    }
    Map<Pid, Integer> out = new HashMap<>();
    others.forEach(pid -> out.merge(pid, 1, Integer::sum));
    List<Pid> left = new ArrayList<>(some.size());
    for (Pid pid : some) {
      if (out.merge(pid, -1, Integer::sum) < 0) {
        left.add(pid);
      }
    }
    return List.copyOf(left);
  }
}
