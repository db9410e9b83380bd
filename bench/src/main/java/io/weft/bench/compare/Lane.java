package io.weft.bench.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * One contestant on one row: how many operations make a sample, and what they took.
 *
 * <p>The samples of a scaled row all count, after a warm-up that also finds their size. Those of a
 * fixed row may be long, so there the earlier half is the warm-up.
 */
final class Lane {
  /** Operations come in multiples of this, which divides among 8, 30 and 100 processes. */
  private static final int STEP = 600;

  private static final int MAX_OPS = 100_000_000;

  private final WorkerProcess worker;
  private final Row row;
  private final List<Double> values = new ArrayList<>();
  private int ops;

  Lane(WorkerProcess worker, Row row) {
    this.worker = worker;
    this.row = row;
    this.ops = row.isScaled() ? STEP : row.fixedOps();
  }

  /**
   * Runs the scaled row until the time is over, with ever larger samples until they last as long as
   * they should; false if the contestant has no such row.
   */
  boolean warmUp(Pace pace) throws WorkerException {
    long end = System.nanoTime() + pace.warmUp().toNanos();
    boolean settled;
    do {
      OptionalLong took = worker.run(row, ops);
      if (took.isEmpty()) {
        return false;
      }
      settled = settle(took.getAsLong(), pace.sample());
    } while (!settled || System.nanoTime() < end);
    return true;
  }

  /** Brings the size of a sample closer to {@code wanted}; true when it was near before. */
  private boolean settle(long nanos, Duration wanted) {
    double factor = Math.clamp(wanted.toNanos() / (double) Math.max(nanos, 1), 0.5, 4.0);
    long steps = Math.max(1, Math.round(ops * factor / STEP));
    ops = (int) Math.min(steps * STEP, MAX_OPS);
    return factor < 2.0;
  }

  /** Takes a sample; false if the contestant has no such row. */
  boolean sample() throws WorkerException {
    OptionalLong took = worker.run(row, ops);
    took.ifPresent(total -> values.add(total / (double) ops));
    return took.isPresent();
  }

  WorkerProcess worker() {
    return worker;
  }

  Samples samples() {
    int coldOnes = row.isScaled() ? 0 : values.size() / 2;
    return Samples.of(values.subList(coldOnes, values.size()));
  }
}
