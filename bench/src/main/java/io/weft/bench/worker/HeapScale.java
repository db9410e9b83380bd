package io.weft.bench.worker;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** Weighs what stays on the heap. */
public final class HeapScale {
  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  /** Two readings this close are one: a tenth of a byte for each of a million. */
  private static final long TOLERANCE = 100_000;

  private HeapScale() {}

  /** Makes what is to be weighed, and holds it. */
  @FunctionalInterface
  public interface Load<T> {
    T make() throws InterruptedException;
  }

  /** Lets go of what was weighed. */
  @FunctionalInterface
  public interface Unload<T> {
    void end(T load) throws InterruptedException;
  }

  /** Returns by how many bytes the live heap grows with {@code load}, which is then ended. */
  public static <T> long weigh(Load<T> load, Unload<T> unload) throws InterruptedException {
    long before = live();
    T weighed = load.make();
    try {
      return live() - before;
    } finally {
      unload.end(weighed);
    }
  }

  /** Collects until nothing more goes: what {@code load} began may still be coming to rest. */
  private static long live() throws InterruptedException {
    long last = collect();
    long now = collect();
    while (Math.abs(now - last) > TOLERANCE) {
      Thread.sleep(50);
      last = now;
      now = collect();
    }
    return now;
  }

  private static long collect() {
    System.gc();
    return MEMORY.getHeapMemoryUsage().getUsed();
  }
}
