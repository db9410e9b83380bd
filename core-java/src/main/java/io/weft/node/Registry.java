package io.weft.node;

import io.weft.term.Atom;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of one node. A process has at most one name and a name at most one process.
 *
 * <p>Look-ups take no lock. The rare changes take one, because a name and a process's own knowledge
 * of it change together.
 */
final class Registry {
  private final ConcurrentHashMap<Atom, Process<?>> byName = new ConcurrentHashMap<>();

  @Nullable Process<?> find(Atom name) {
    return byName.get(name);
  }

  synchronized void register(Atom name, Process<?> process) {
    if (name.equals(Atom.UNDEFINED)) {
      throw new IllegalArgumentException("the name undefined cannot be registered");
    }
    if (process.isClosed()) {
      throw ended(process);
    }
    Atom present = process.name();
    if (present != null) {
      throw new IllegalArgumentException(
          "process " + process.pid() + " is already registered as " + present);
    }
    Process<?> holder = byName.putIfAbsent(name, process);
    if (holder != null) {
      throw new NameTakenException(name, holder.pid());
    }
    process.name(name);
    if (process.isClosed()) { // it ends just now, and may have looked for its name before this
      forget(process);
      throw ended(process);
    }
  }

  private static IllegalArgumentException ended(Process<?> process) {
    return new IllegalArgumentException(
        "process " + process.pid() + " has ended and cannot have a name");
  }

  /** Frees a name; true if somebody held it. */
  synchronized boolean unregister(Atom name) {
    Process<?> process = byName.remove(name);
    if (process == null) {
      return false;
    }
    process.name(null);
    return true;
  }

  /** Frees the name of a process that ends. */
  synchronized void forget(Process<?> process) {
    Atom name = process.name();
    if (name != null) {
      byName.remove(name, process);
      process.name(null);
    }
  }

  Set<Atom> names() {
    Set<Atom> names = new TreeSet<>((a, b) -> a.name().compareTo(b.name()));
    names.addAll(byName.keySet());
    return names;
  }
}
