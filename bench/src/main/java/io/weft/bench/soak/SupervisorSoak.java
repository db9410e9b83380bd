package io.weft.bench.soak;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./weft soak supervisors}. */
@Command(
    name = "supervisors",
    description =
        "thousands of supervised processes, ended at random: nothing leaks, no restart is lost",
    showDefaultValues = true)
final class SupervisorSoak implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "this text")
  @SuppressWarnings("unused") // its presence is all that is asked of it
  private boolean help;

  @Option(names = "--minutes", defaultValue = "5", description = "how long; parts of one too")
  private double minutes;

  @Option(names = "--processes", defaultValue = "10000", description = "how many workers")
  private int processes;

  @Option(names = "--seed", description = "which processes end, and how; drawn if not told")
  private @Nullable Long seed;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    long chosen = seed == null ? System.nanoTime() & 0xffff : seed;
    Duration time = Duration.ofMillis(Math.round(minutes * 60_000));
    out.printf("%d workers, %s, seed %d%n", processes, time, chosen);
    List<String> faults = new SupervisorRun(processes, chosen, out).run(time);
    if (faults.isEmpty()) {
      out.println("well: nothing leaked, no restart was lost");
      return 0;
    }
    faults.forEach(fault -> out.println("FAILED: " + fault));
    out.flush();
    return 1;
  }
}
