package io.weft.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rows, and who runs them.
 *
 * @param contestants Weft first, then the peers it is compared with
 */
public record Comparison(List<Row> rows, List<Contestant> contestants) {

  /** What came of a comparison. */
  public record Outcome(List<Result> results, List<String> failures) {}

  /**
   * Runs all rows and prints them as they come.
   *
   * @param jvmFlags for each contestant that is a JVM
   */
  public Outcome run(Pace pace, List<String> jvmFlags, PrintWriter out)
      throws IOException, WorkerException {
    var workers = new ArrayList<WorkerProcess>();
    try {
      long end = System.nanoTime() + pace.budget().toNanos();
      for (Contestant contestant : contestants) {
        if (rows.stream().noneMatch(contestant::takesPartIn)) {
          continue;
        }
        String missing = contestant.missing();
        if (missing == null) {
          workers.add(WorkerProcess.start(contestant, jvmFlags));
        } else {
          out.println(missing);
        }
      }
      return run(pace, workers, Setup.of(jvmFlags, workers), end, out);
    } finally {
      workers.forEach(WorkerProcess::close);
    }
  }

  private Outcome run(
      Pace pace, List<WorkerProcess> workers, Setup setup, long end, PrintWriter out) {
    out.println(setup);
    out.println();
    var table = new ResultTable(out, rows, names(workers));
    table.head();
    var results = new ArrayList<Result>();
    var failures = new ArrayList<String>();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      long share = (end - System.nanoTime()) / (rows.size() - i);
      Map<String, Samples> samples =
          new Race(row, pace, failures::add).run(workers, System.nanoTime() + share);
      table.row(row, samples);
      results.addAll(results(row, samples, setup));
    }
    failures.forEach(out::println);
    out.flush();
    return new Outcome(results, failures);
  }

  /** A contestant may have several workers, for different rows. */
  private static List<String> names(List<WorkerProcess> workers) {
    return workers.stream().map(it -> it.contestant().name()).distinct().toList();
  }

  private List<Result> results(Row row, Map<String, Samples> samples, Setup setup) {
    String subject = contestants.getFirst().name();
    Samples weft = samples.get(subject);
    return weft == null
        ? List.of()
        : samples.entrySet().stream()
            .filter(peer -> !peer.getKey().equals(subject))
            .map(peer -> Result.of(row, peer.getKey(), weft, peer.getValue(), setup))
            .toList();
  }
}
