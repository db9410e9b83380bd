package io.weft.node;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a process from serving, and what waits meanwhile: it is suspended, or has sent more
 * than a connection takes.
 */
final class Standstill {
  private boolean suspended;

  /** The sessions over which more was sent than their connections take. */
  private final Set<PeerSession> stalledOn = new HashSet<>(2);

  private final Queue<Life.Step> putOff = new ArrayDeque<>(2);

  boolean mayServe() {
    return !suspended && stalledOn.isEmpty();
  }

  boolean isSuspended() {
    return suspended;
  }

  void suspend() {
    suspended = true;
  }

  void resume() {
    suspended = false;
  }

  /** Notes that a connection is too busy for more; false if that is known. */
  boolean stallOn(PeerSession session) {
    return stalledOn.add(session);
  }

  void roomOn(PeerSession session) {
    stalledOn.remove(session);
  }

  /** Whatever kept the process from serving does so no more. */
  void end() {
    suspended = false;
    stalledOn.clear();
  }

  /** Whether the step waits, because the process must not serve. */
  boolean putOff(Life.Step step) {
    return !mayServe() && putOff.add(step);
  }

  /** Returns the oldest step that was put off, if it may be done now. */
  Life.@Nullable Step next() {
    return mayServe() ? putOff.poll() : null;
  }
}
