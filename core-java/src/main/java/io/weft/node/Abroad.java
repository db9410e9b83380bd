package io.weft.node;

import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a process has to do with other nodes, calls, links and monitors aside, and with those who
 * follow what it does.
 */
final class Abroad {
  /** That of most; only to be read. */
  static final Abroad NOTHING = new Abroad();

  /** What tells the process of nodes. */
  private final Set<NodeMonitor> nodeMonitors = new HashSet<>(2);

  private @Nullable SpawnRequests spawns;

  /** The trace token, once there was one. */
  @Nullable SequentialTrace trace;

  /** What an observer has of the message that is handled, while that waits for something. */
  Observer.@Nullable Handling handling;

  /** What was current where the process was started, until it has. */
  Observer.@Nullable Capture birth;

  // --- news of nodes -----------------------------------------------------------------------------

  void keep(NodeMonitor monitor) {
    nodeMonitors.add(monitor);
  }

  void drop(NodeMonitor monitor) {
    nodeMonitors.remove(monitor);
  }

  /** The process has ended, and is not told of nodes any more. */
  void endNodeMonitors() {
    List.copyOf(nodeMonitors).forEach(NodeMonitor::close);
  }

  // --- processes on other nodes ------------------------------------------------------------------

  SpawnRequests spawns(Process<?> self) {
    SpawnRequests present = spawns;
    if (present == null) {
      present = new SpawnRequests(self);
      spawns = present;
    }
    return present;
  }

  int pendingSpawns() {
    return spawns == null ? 0 : spawns.size();
  }

  Iterator<SpawnRequests.Request> spawnRequests() {
    return spawns == null ? Collections.emptyIterator() : spawns.all();
  }
}
