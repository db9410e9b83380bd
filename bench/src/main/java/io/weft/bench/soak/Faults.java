package io.weft.bench.soak;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a run finds wrong, and how long it waits before it does. */
final class Faults {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

  private final List<String> found = new ArrayList<>();

  List<String> found() {
    return found;
  }

  /** Adds a fault, unless it is null. */
  void add(@Nullable String fault) {
    if (fault != null) {
      found.add(fault);
    }
  }

  void addAll(Collection<String> faults) {
    found.addAll(faults);
  }

  /** Adds a fault if the condition does not come true in time. */
  void require(String what, BooleanSupplier condition) {
    if (!comesTrue(condition)) {
      add("it did not come true that " + what);
    }
  }

  static boolean comesTrue(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(PAUSE);
    }
    return true;
  }
}
