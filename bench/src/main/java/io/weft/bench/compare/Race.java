package io.weft.bench.compare;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * All contestants on one row. They take turns, a sample each, so that a noisy moment of the machine
 * hits neighbours in time alike and medians leave it out.
 */
final class Race {
  /** What a scaled row gets even when others have used up the time: three make a median. */
  private static final int LEAST_ROUNDS = 3;

  private final Row row;
  private final Pace pace;
  private final Consumer<String> failures;

  Race(Row row, Pace pace, Consumer<String> failures) {
    this.row = row;
    this.pace = pace;
    this.failures = failures;
  }

  /**
   * Runs and returns the samples by contestant's name, without those who lack the row or failed.
   *
   * @param end when it should be over, on the clock of {@link System#nanoTime}; a few rounds there
   *     are in any case
   */
  Map<String, Samples> run(List<WorkerProcess> workers, long end) {
    List<Lane> lanes = new ArrayList<>(workers.stream().map(it -> new Lane(it, row)).toList());
    if (row.isScaled()) {
      each(lanes, lane -> lane.warmUp(pace));
    }
    int least = row.isScaled() ? LEAST_ROUNDS : 1;
    long round = 0;
    for (int i = 0; i < pace.rounds() && (i < least || System.nanoTime() + round < end); i++) {
      long begin = System.nanoTime();
      each(lanes, Lane::sample);
      round = System.nanoTime() - begin;
    }
    var samples = new LinkedHashMap<String, Samples>();
    lanes.forEach(lane -> samples.put(lane.worker().contestant().name(), lane.samples()));
    return samples;
  }

  /** Lets each go one step, and drops those who are through or failed. */
  private void each(List<Lane> lanes, Step step) {
    for (Iterator<Lane> all = lanes.iterator(); all.hasNext(); ) {
      Lane lane = all.next();
      try {
        if (!step.go(lane)) {
          all.remove();
        }
      } catch (WorkerException failed) {
        failures.accept(row.name() + ": " + failed.getMessage());
        all.remove();
      }
    }
  }

  @FunctionalInterface
  private interface Step {
    boolean go(Lane lane) throws WorkerException;
  }
}
