package io.weft.gen;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what must come true soon. */
final class Await {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

  private Await() {}

  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("it did not come true");
      }
      Thread.onSpinWait();
    }
  }
}
