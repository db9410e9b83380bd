package io.weft.global;

import io.weft.node.Self;
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
import org.jspecify.annotations.Nullable;

/**
 * The locks that are held on this node. A lock is held for a requester, by any number of processes,
 * by each once however often it took it. It is free when the last of them let go, ended, or was
 * lost.
 *
 * <p>Used in turns of the name server.
 */
final class LockTable {
  private record Holder(Pid pid, Reference monitor) {}

  private record Lock(Term requester, List<Holder> holders) {
    boolean isHeldBy(Pid pid) {
      return holders.stream().anyMatch(holder -> holder.pid.equals(pid));
    }
  }

  private final Map<Term, Lock> locks = new HashMap<>();
  private final Map<Reference, Term> byMonitor = new HashMap<>();

  /** Whether the lock on names was ever lost with its holder: then names may be out of date. */
  private boolean namesLockLost;

  /** Takes a lock; false if another requester has it. */
  boolean set(Self<?> self, Tuple id, Pid holder) {
    if (!canSet(id)) {
      return false;
    }
    Lock lock = locks.computeIfAbsent(id.get(0), _ -> new Lock(id.get(1), new ArrayList<>(1)));
    if (!lock.isHeldBy(holder)) {
      Reference monitor = self.monitor(new Target.ByPid(holder));
      byMonitor.put(monitor, id.get(0));
      lock.holders.add(new Holder(holder, monitor));
    }
    return true;
  }

  boolean canSet(Tuple id) {
    Lock present = locks.get(id.get(0));
    return present == null || present.requester.equals(id.get(1));
  }

  /** Lets go of a lock; nothing happens if the process does not hold it for the requester. */
  void delete(Self<?> self, Tuple id, Pid holder) {
    Lock lock = locks.get(id.get(0));
    if (lock == null || !lock.requester.equals(id.get(1))) {
      return;
    }
    for (Holder each : lock.holders) {
      if (each.pid.equals(holder)) {
        self.demonitor(each.monitor, true);
        remove(id.get(0), lock, each);
        return;
      }
    }
  }

  private void remove(Term resource, Lock lock, Holder holder) {
    byMonitor.remove(holder.monitor);
    lock.holders.remove(holder);
    if (lock.holders.isEmpty()) {
      locks.remove(resource);
    }
  }

  /** A connection has ended: no lock that was taken over it stays. */
  void removeOf(Self<?> self, Atom node) {
    for (Map.Entry<Term, Lock> each : List.copyOf(locks.entrySet())) {
      for (Holder holder : List.copyOf(each.getValue().holders)) {
        if (holder.pid.node().equals(node)) {
          self.demonitor(holder.monitor, true);
          lose(each.getKey(), each.getValue(), holder);
        }
      }
    }
  }

  private void lose(Term resource, Lock lock, Holder holder) {
    remove(resource, lock, holder);
    namesLockLost |= resource.equals(Words.GLOBAL);
  }

  /** A monitor has reported; true if it was one of these. */
  boolean onDown(Reference monitor) {
    Term resource = byMonitor.get(monitor);
    Lock lock = resource == null ? null : locks.get(resource);
    if (resource == null || lock == null) {
      return false;
    }
    for (Holder each : List.copyOf(lock.holders)) {
      if (each.monitor.equals(monitor)) {
        lose(resource, lock, each);
      }
    }
    return true;
  }

  /** Whether somebody changes names, or joins two partitions. */
  boolean isNamesLocked() {
    return locks.containsKey(Words.GLOBAL);
  }

  /** Whether a process that wants to change names has the right to. */
  boolean mayChangeNames(Pid by) {
    Lock lock = locks.get(Words.GLOBAL);
    return lock == null ? !namesLockLost : lock.isHeldBy(by);
  }

  /** Whether a node that has joined two partitions has the right to tell their names. */
  boolean mayChangeNames(Atom by, @Nullable Term lockId) {
    Lock lock = locks.get(Words.GLOBAL);
    return lock == null
        ? !namesLockLost
        : Tuple.of(Words.GLOBAL, lock.requester).equals(lockId)
            && lock.holders.stream().anyMatch(holder -> holder.pid.node().equals(by));
  }
}
