package io.weft.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The turn that a carrier runs when the present one is over.
 *
 * <p>The carrier puts and takes it at every turn, so that costs no atomic operation. Somebody else
 * takes it only when the present turn is stuck, and then bears the cost for both: it says that it
 * wants the slot, makes the carrier's thread pass a barrier, and then sees whether that thread is
 * at the slot. The thread says so before it looks whether the slot is wanted. With the barrier
 * between, at least one of the two sees the other and keeps away; Dekker's rule, with the fence of
 * the one side done by the other.
 */
abstract class NextSlot extends Apart {
  private static final VarHandle BUSY = Access.field(MethodHandles.lookup(), "busy", boolean.class);

  private @Nullable Runnable turn;

  /** Whether the owner is at the slot. Written by the owner only. */
  @SuppressWarnings("unused") // through BUSY
  private boolean busy;

  /** Whether another thread is about to take from the slot. */
  private volatile boolean wanted;

  /**
   * Fills the slot; returns what is to run after it: what was there before, or null. Owner only.
   */
  @Nullable Runnable put(Runnable next) {
    if (!enter()) {
      return next;
    }
    Runnable before = turn;
    turn = next;
    leave();
    return before;
  }

  /** Empties the slot. Owner only. */
  @Nullable Runnable take() {
    if (turn == null) {
      return null;
    }
    while (!enter()) {
      Thread.onSpinWait();
    }
    Runnable next = turn;
    turn = null;
    leave();
    return next;
  }

  /**
   * Empties the slot for another thread than the owner; null if there is nothing, or the owner is
   * there. One thread at a time.
   *
   * @param barrier makes the owner's thread execute a full fence, or finds that it has
   */
  @Nullable Runnable steal(Runnable barrier) {
    if (turn == null) {
      return null;
    }
    wanted = true;
    try {
      barrier.run();
      if ((boolean) BUSY.getAcquire(this)) {
        return null;
      }
      Runnable next = turn;
      turn = null;
      return next;
    } finally {
      wanted = false;
    }
  }

  /** Whether the owner may touch the slot. */
  private boolean enter() {
    BUSY.setOpaque(this, true);
    VarHandle.releaseFence(); // for the compiler; the processor's part is the barrier of a thief
    if (wanted) {
      BUSY.setOpaque(this, false);
      return false;
    }
    return true;
  }

  private void leave() {
    BUSY.setRelease(this, false);
  }

  /** Keeps whatever comes next in memory off the lines of these fields. */
  static final class Padded extends NextSlot {
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
