package io.weft.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The slot that its owner uses without fences: a thief that puts a barrier between makes up for
 * them.
 */
public class NextSlotStress {
  /** The owner takes a turn while a thief does. */
  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = ACCEPTABLE,
      desc = "one of them has it")
  @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "it runs twice")
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "it is lost")
  public static class TakeAndSteal {
    private final NextSlot slot = new NextSlot.Padded();
    private volatile Thread owner;

    public TakeAndSteal() {
      slot.put(() -> {});
    }

    @Actor
    public void owner(II_Result seen) {
      owner = Thread.currentThread();
      seen.r1 = slot.take() == null ? 0 : 1;
    }

    @Actor
    public void thief(II_Result seen) {
      Thread thread = owner;
      seen.r2 = thread == null || slot.steal(thread::getStackTrace) == null ? 0 : 1;
    }
  }

  /** The owner puts another turn while a thief takes the first. */
  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = ACCEPTABLE,
      desc = "the first was displaced, or stolen")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the first was displaced, the second stolen")
  @Outcome(
      id = {"2, 0", "2, 1"},
      expect = ACCEPTABLE,
      desc = "the second found the slot wanted, and waits elsewhere")
  @Outcome(expect = FORBIDDEN, desc = "one runs twice, or is lost")
  public static class PutAndSteal {
    private final Runnable first = () -> {};
    private final Runnable second = new Thread();
    private final NextSlot slot = new NextSlot.Padded();
    private volatile Thread owner;

    public PutAndSteal() {
      slot.put(first);
    }

    @Actor
    public void owner(II_Result seen) {
      owner = Thread.currentThread();
      seen.r1 = number(slot.put(second));
    }

    @Actor
    public void thief(II_Result seen) {
      Thread thread = owner;
      seen.r2 = thread == null ? 0 : number(slot.steal(thread::getStackTrace));
    }

    private int number(Runnable turn) {
      return turn == null ? 0 : turn == first ? 1 : 2;
    }
  }
}
