package io.weft.bench.stage;

import io.weft.bench.compare.Row;
import io.weft.bench.worker.Worker;
import io.weft.bench.worker.Workload;
import java.time.Duration;
import java.util.Map;

/** What the workers of this comparison that are JVMs do. */
public final class StageContestant {
  private StageContestant() {}

  /**
   * Runs each workload for a while, so that all have seen all of them when the first is measured,
   * and then what the driver asks for.
   */
  public static void serve(String description, Duration warmUp, Map<Row, Workload> workloads)
      throws Exception {
    long each = Long.getLong("weft.bench.warm-up", warmUp.toMillis());
    Worker.warmUp(workloads.values(), Duration.ofMillis(each));
    Worker.serve(description, workloads);
  }

  /** As the other, where one JVM is to be warmed. */
  public static void serve(String description, Map<Row, Workload> workloads) throws Exception {
    serve(description, Duration.ofMillis(700), workloads);
  }
}
