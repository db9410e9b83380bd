package io.weft.runtime;

import io.weft.Lincheck;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The owner puts and takes, any thread takes, and a thief with a queue of its own takes half. */
public class RunQueueLincheckTest {
  private final RunQueue queue = new RunQueue.Padded();
  private final RunQueue thief = new RunQueue.Padded();

  record Turn(int number) implements Runnable {
    @Override
    public void run() {}
  }

  @Operation(nonParallelGroup = "owner")
  public boolean offer(@Param(gen = IntGen.class, conf = "1:9") int number) {
    return queue.offer(new Turn(number));
  }

  @Operation
  public @Nullable Integer poll() {
    return number(queue.poll());
  }

  @Operation(nonParallelGroup = "thief")
  public @Nullable Integer steal() {
    return number(queue.stealInto(thief));
  }

  @Operation(nonParallelGroup = "thief")
  public @Nullable Integer pollStolen() {
    return number(thief.poll());
  }

  private static @Nullable Integer number(@Nullable Runnable turn) {
    return turn == null ? null : ((Turn) turn).number();
  }

  /** The same with two plain queues. The thief steals only when its own is empty. */
  public static class Model {
    private final Deque<Integer> queue = new ArrayDeque<>();
    private final Deque<Integer> thief = new ArrayDeque<>();

    public boolean offer(int number) {
      return queue.add(number);
    }

    public @Nullable Integer poll() {
      return queue.poll();
    }

    public @Nullable Integer steal() {
      int taken = queue.size() - queue.size() / 2;
      for (int i = 0; i < taken - 1; i++) {
        thief.add(queue.remove());
      }
      return queue.poll();
    }

    public @Nullable Integer pollStolen() {
      return thief.poll();
    }
  }

  @Test
  void isLinearizable() {
    Lincheck.check(RunQueueLincheckTest.class, Model.class);
  }
}
