package io.weft.bench.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weft.bench.compare.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The worker's end of the line to the driver.
 *
 * @see io.weft.bench.compare.WorkerProcess
 */
public final class Worker {
  /** Divides among all numbers of processes. */
  private static final int WARM_UP_OPS = 600;

  private final Map<String, Workload> workloads = new HashMap<>();

  private Worker(Map<Row, Workload> workloads) {
    workloads.forEach((row, workload) -> this.workloads.put(row.name(), workload));
  }

  /**
   * Runs each workload for a while, before the first sample of any: two JVMs on few processors are
   * long busy compiling.
   */
  public static void warmUp(Collection<Workload> workloads, Duration each) throws Exception {
    for (Workload workload : workloads) {
      long end = System.nanoTime() + each.toNanos();
      int ops = WARM_UP_OPS;
      while (System.nanoTime() < end) {
        long before = System.nanoTime();
        workload.run(ops);
        if (System.nanoTime() - before < each.toNanos() / 8) {
          ops *= 2;
        }
      }
    }
  }

  /** Runs what the driver asks for until it hangs up. */
  public static void serve(String description, Map<Row, Workload> workloads) throws IOException {
    var worker = new Worker(workloads);
    var requests = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    PrintStream answers = System.out;
    System.setOut(System.err); // the line belongs to the protocol
    answers.println("ready " + description);
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      answers.println(worker.answer(line));
    }
  }

  /** Answers {@code run OPS WORKLOAD}. */
  private String answer(String request) {
    String[] words = request.split(" ", 3);
    Workload workload = workloads.get(words[2]);
    if (workload == null) {
      return "absent";
    }
    try {
      System.gc(); // each sample begins with an empty heap, whatever ran before
      return "took " + workload.run(Integer.parseInt(words[1]));
    } catch (Exception | OutOfMemoryError failure) {
      return "failed " + failure;
    }
  }
}
