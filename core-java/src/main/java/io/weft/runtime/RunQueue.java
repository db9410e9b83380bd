package io.weft.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The turns that wait for one carrier: a ring, first in, first out.
 *
 * <p>Only the owner puts; the owner and thieves take, each by moving {@code head} over what it has
 * read. A slot is written again only after {@code head} has passed it, so a taker whose move
 * succeeds has read what belongs to it, and one that read too late fails to move.
 */
abstract class RunQueue extends Apart {
  static final int CAPACITY = 256;
  private static final int MASK = CAPACITY - 1;
  private static final VarHandle HEAD = Access.field(MethodHandles.lookup(), "head", int.class);
  private static final VarHandle TAIL = Access.field(MethodHandles.lookup(), "tail", int.class);
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Runnable[].class);

  private final @Nullable Runnable[] ring = new Runnable[CAPACITY];

  /** The next to take; counts on and wraps around. */
  private volatile int head;

  /** The next to fill; counts on and wraps around. */
  private volatile int tail;

  /** Puts a turn at the end; false if there is no room. Owner only. */
  boolean offer(Runnable turn) {
    int at = lpTail();
    if (at - lvHead() == CAPACITY) {
      return false;
    }
    SLOT.setOpaque(ring, at & MASK, turn);
    soTail(at + 1);
    return true;
  }

  /** Takes the turn that waits longest, or returns null. Any thread. */
  @Nullable Runnable poll() {
    while (true) {
      int at = lvHead();
      if (at == lvTail()) {
        return null;
      }
      Runnable turn = (Runnable) SLOT.getOpaque(ring, at & MASK);
      if (casHead(at, at + 1)) {
        return turn;
      }
    }
  }

  /**
   * Moves half of this queue to the end of an empty one, whose owner calls; returns one of the
   * turns instead of moving it, or null if there were none.
   */
  @Nullable Runnable stealInto(RunQueue mine) {
    while (true) {
      int from = lvHead();
      int size = lvTail() - from;
      if (size <= 0) {
        return null;
      }
      int taken = Math.min(size - size / 2, CAPACITY / 2);
      int to = mine.lpTail();
      for (int i = 0; i < taken - 1; i++) {
        SLOT.setOpaque(mine.ring, to + i & MASK, (Runnable) SLOT.getOpaque(ring, from + i & MASK));
      }
      Runnable last = (Runnable) SLOT.getOpaque(ring, from + taken - 1 & MASK);
      if (casHead(from, from + taken)) {
        mine.soTail(to + taken - 1);
        return last;
      }
    }
  }

  /** Returns how many wait: exact for the owner while nobody steals, else an estimate. */
  int size() {
    return Math.max(0, lvTail() - lvHead());
  }

  boolean isEmpty() {
    return lvHead() == lvTail();
  }

  private int lvHead() {
    return head;
  }

  private boolean casHead(int expected, int value) {
    return HEAD.compareAndSet(this, expected, value);
  }

  private int lpTail() {
    return (int) TAIL.get(this);
  }

  private int lvTail() {
    return tail;
  }

  private void soTail(int value) {
    TAIL.setRelease(this, value);
  }

  /** Keeps whatever comes next in memory off the lines of these fields. */
  static final class Padded extends RunQueue {
    @SuppressWarnings("unused")
    long after0,
        after1,
        after2,
        after3,
        after4,
        after5,
        after6,
        after7,
        after8,
        after9,
        after10,
        after11,
        after12,
        after13,
        after14,
        after15;
  }
}
