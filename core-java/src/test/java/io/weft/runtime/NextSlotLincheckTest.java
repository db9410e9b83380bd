package io.weft.runtime;

import io.weft.Lincheck;
import java.util.HashSet;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * A carrier and the watchdog at the next slot: every turn that was put there comes out once. In the
 * interleavings of a machine without store buffers the barrier of a thief has nothing to do; {@code
 * NextSlotStress} tries it on the real one.
 */
public class NextSlotLincheckTest {
  private final NextSlot slot = new NextSlot.Padded();
  private final Set<Runnable> inside = new HashSet<>();

  /** A turn that is only itself. */
  private static final class Turn implements Runnable {
    @Override
    public void run() {}
  }

  @Operation(nonParallelGroup = "carrier")
  public String put() {
    var turn = new Turn();
    synchronized (inside) {
      inside.add(turn);
    }
    return leaves(slot.put(turn));
  }

  @Operation(nonParallelGroup = "carrier")
  public String take() {
    return leaves(slot.take());
  }

  @Operation(nonParallelGroup = "watchdog")
  public String steal() {
    return leaves(slot.steal(() -> {}));
  }

  private String leaves(Runnable turn) {
    if (turn == null) {
      return "";
    }
    synchronized (inside) {
      return inside.remove(turn) ? "" : "came out twice";
    }
  }

  @Validate
  public void nothingIsLost() {
    Runnable last = slot.take();
    if (last != null) {
      inside.remove(last);
    }
    if (!inside.isEmpty()) {
      throw new IllegalStateException(inside.size() + " turns are lost");
    }
  }

  /** Nothing ever goes wrong. */
  public static class Model {
    public String put() {
      return "";
    }

    public String take() {
      return "";
    }

    public String steal() {
      return "";
    }
  }

  @Test
  void everyTurnComesOutOnce() {
    Lincheck.checkInterleavings(NextSlotLincheckTest.class, Model.class);
  }
}
