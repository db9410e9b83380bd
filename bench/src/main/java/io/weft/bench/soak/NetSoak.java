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

/** {@code ./weft soak net}. */
@Command(
    name = "net",
    description =
        "nodes whose connections are cut and which are restarted at random: order is kept, every"
            + " loss is told once, nothing leaks",
    showDefaultValues = true)
final class NetSoak implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "this text")
  @SuppressWarnings("unused") // its presence is all that is asked of it
  private boolean help;

  @Option(names = "--minutes", defaultValue = "5", description = "how long; parts of one too")
  private double minutes;

  @Option(names = "--nodes", defaultValue = "3", description = "how many nodes")
  private int nodes;

  @Option(names = "--seed", description = "which faults come when; drawn if not told")
  private @Nullable Long seed;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    long chosen = seed == null ? System.nanoTime() & 0xffff : seed;
    Duration time = Duration.ofMillis(Math.round(minutes * 60_000));
    out.printf("%d nodes, %s, seed %d%n", nodes, time, chosen);
    List<String> faults = new NetRun(nodes, chosen, out).run(time);
    if (faults.isEmpty()) {
      out.println("well: order was kept, every loss was told once, nothing leaked");
      return 0;
    }
    faults.forEach(fault -> out.println("FAILED: " + fault));
    out.flush();
    return 1;
  }
}
