package io.weft.runtime;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

public class RunQueueLincheckTest {
  private final RunQueue queue = new RunQueue();

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
    Turn turn = (Turn) queue.poll();
    return turn == null ? null : turn.number();
  }

  @Test
  void modelChecking() {
    new ModelCheckingOptions().iterations(20).invocationsPerIteration(500).check(getClass());
  }

  @Test
  void stress() {
    new StressOptions().iterations(20).invocationsPerIteration(500).check(getClass());
  }
}
