package io.weft.bench.soak;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How much of the heap is in use after collections, over time. */
final class HeapTrend {
  private static final long MEGABYTE = 1 << 20;

  /** What the JVM itself may gather while a program warms up further. */
  private static final long SLACK = 8 * MEGABYTE;

  private static final double MOST_GROWTH = 1.15;
  private static final int FEWEST_SAMPLES = 8;

  private final List<Long> samples = new ArrayList<>();

  /** Collects garbage, and returns how many bytes are left. */
  static long weigh() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  long sample() {
    long bytes = weigh();
    add(bytes);
    return bytes;
  }

  void add(long bytes) {
    samples.add(bytes);
  }

  /** Returns what is wrong: the last third of the samples is larger than the first; else null. */
  @Nullable String fault() {
    if (samples.size() < FEWEST_SAMPLES) {
      return null;
    }
    int third = samples.size() / 3;
    long early = median(samples.subList(0, third));
    long late = median(samples.subList(samples.size() - third, samples.size()));
    return late <= early * MOST_GROWTH + SLACK
        ? null
        : "the heap grows: %d MB in the first third, %d MB in the last"
            .formatted(early / MEGABYTE, late / MEGABYTE);
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
