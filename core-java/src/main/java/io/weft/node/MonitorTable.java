package io.weft.node;

import io.weft.term.Reference;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The monitors of one process: those it made and those others have on it. Used in the turns of its
 * process only.
 *
 * <p>A report counts only while its monitor stands here, and removes it: each monitor reports at
 * most once, and never after demonitor.
 */
final class MonitorTable {
  private final Map<Reference, Target> own = new HashMap<>(4);
  private final Map<Reference, Signal.Monitor> watchers = new HashMap<>(4);

  void add(Reference monitor, Target target) {
    own.put(monitor, target);
  }

  @Nullable Target remove(Reference monitor) {
    return own.remove(monitor);
  }

  /** A report came in: true if it must be delivered. */
  boolean ended(Reference monitor) {
    return own.remove(monitor) != null;
  }

  void watchedBy(Signal.Monitor watcher) {
    watchers.put(watcher.monitor, watcher);
  }

  void unwatchedBy(Reference monitor) {
    watchers.remove(monitor);
  }

  int size() {
    return own.size() + watchers.size();
  }

  Map<Reference, Target> own() {
    return own;
  }

  Collection<Signal.Monitor> watchers() {
    return watchers.values();
  }
}
