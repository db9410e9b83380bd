package io.weft.runtime;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Turns that belong to no carrier yet: those from other threads, and what a full {@link RunQueue}
 * had to give away. Without a bound: a process is in it at most once, so the number of processes
 * bounds it. Any thread.
 */
final class SharedQueue {
  private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
  private volatile int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  synchronized void add(Runnable turn) {
    turns.add(turn);
    size = turns.size();
  }

  /** Takes over half of a full queue, whose owner calls, and then {@code turn}. */
  synchronized void addHalfOf(RunQueue full, Runnable turn) {
    for (int i = 0; i < RunQueue.CAPACITY / 2; i++) {
      Runnable moved = full.poll();
      if (moved != null) {
        turns.add(moved);
      }
    }
    turns.add(turn);
    size = turns.size();
  }

  @Nullable Runnable poll() {
    return isEmpty() ? null : pollLocked();
  }

  private synchronized @Nullable Runnable pollLocked() {
    Runnable turn = turns.poll();
    size = turns.size();
    return turn;
  }

  /**
   * Takes one turn, and moves a share of the others to {@code mine}, whose owner calls and which is
   * empty.
   */
  @Nullable Runnable pollShare(RunQueue mine, int carriers) {
    return isEmpty() ? null : pollShareLocked(mine, carriers);
  }

  private synchronized @Nullable Runnable pollShareLocked(RunQueue mine, int carriers) {
    int share = Math.min(turns.size() / carriers, RunQueue.CAPACITY / 2);
    Runnable first = turns.poll();
    for (int i = 1; i < share; i++) {
      mine.offer(turns.remove());
    }
    size = turns.size();
    return first;
  }
}
