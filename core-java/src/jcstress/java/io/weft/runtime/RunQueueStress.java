package io.weft.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What {@link RunQueue} promises to owner and thieves. */
public class RunQueueStress {
  private static final class Turn implements Runnable {
    int written;

    @Override
    public void run() {}
  }

  private static int written(Runnable turn) {
    return turn == null ? -1 : ((Turn) turn).written;
  }

  /** What the owner wrote before it put a turn is visible to a thief. */
  @JCStressTest
  @State
  @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not there yet")
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "there, with all that was written before")
  @Outcome(expect = FORBIDDEN, desc = "there, but not what was written before")
  public static class HandOver {
    private final RunQueue queue = new RunQueue.Padded();

    @Actor
    public void owner() {
      var turn = new Turn();
      turn.written = 1;
      queue.offer(turn);
    }

    @Actor
    public void thief(I_Result seen) {
      seen.r1 = written(queue.stealInto(new RunQueue.Padded()));
    }
  }

  /** The same over two thieves: what one moved to its queue another takes. */
  @JCStressTest
  @State
  @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not there yet")
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "there, with all that was written before")
  @Outcome(expect = FORBIDDEN, desc = "there, but not what was written before")
  public static class HandOverTwice {
    private final RunQueue queue = new RunQueue.Padded();
    private final RunQueue between = new RunQueue.Padded();

    @Actor
    public void owner() {
      for (int i = 0; i < 3; i++) {
        var turn = new Turn();
        turn.written = 1;
        queue.offer(turn);
      }
    }

    @Actor
    public void thief() {
      queue.stealInto(between);
    }

    @Actor
    public void another(I_Result seen) {
      seen.r1 = written(between.poll());
    }
  }

  /** Owner and thief never take the same turn, and none is lost. */
  @JCStressTest
  @State
  @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "one each")
  @Outcome(expect = FORBIDDEN, desc = "taken twice, or lost")
  public static class TakenOnce {
    private final RunQueue queue = new RunQueue.Padded();
    private final Turn first = new Turn();
    private final Turn second = new Turn();
    private Runnable mine;
    private Runnable stolen;

    public TakenOnce() {
      queue.offer(first);
      queue.offer(second);
    }

    @Actor
    public void owner() {
      mine = queue.poll();
    }

    @Actor
    public void thief() {
      stolen = queue.stealInto(new RunQueue.Padded());
    }

    @Arbiter
    public void count(III_Result result) {
      result.r1 = mine == first || stolen == first ? 1 : 0;
      result.r2 = mine == second || stolen == second ? 1 : 0;
      result.r3 = queue.size();
    }
  }
}
