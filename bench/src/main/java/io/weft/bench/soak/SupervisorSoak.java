package io.weft.bench.soak;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./weft soak supervisors}. */
@Command(
    name = "supervisors",
    description =
        "thousands of supervised processes, ended at random: nothing leaks, no restart is lost",
    showDefaultValues = true)
final class SupervisorSoak extends SoakCommand {
  @Option(names = "--processes", defaultValue = "10000", description = "how many workers")
  private int processes;

  @Override
  String size() {
    return processes + " workers";
  }

  @Override
  String praise() {
    return "nothing leaked, no restart was lost";
  }

  @Override
  List<String> run(Duration time, long seed, PrintWriter out) {
    return new SupervisorRun(processes, seed, out).run(time);
  }
}
