package io.weft;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what must come true soon. */
public final class Await {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

  private Await() {}

  /** Returns when the condition holds; fails, naming {@code what}, if it takes too long. */
  public static void until(String what, BooleanSupplier condition) {
    if (!comesTrue(condition, PATIENCE)) {
      fail("it did not come true that " + what);
    }
  }

  /** Tells whether the condition comes true in time. */
  public static boolean comesTrue(BooleanSupplier condition, long nanos) {
    long deadline = System.nanoTime() + nanos;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.yield();
    }
    return true;
  }
}
