package io.weft.bench.soak;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./weft soak}: one name for each thing that can be left running. */
@Command(
    name = "./weft soak",
    description =
        "Runs Weft for minutes under stress, and fails if anything goes wrong or is left.",
    synopsisSubcommandLabel = "NAME",
    subcommands = {SupervisorSoak.class, NetSoak.class, StageSoak.class})
public final class Soak implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private Soak() {}

  public static void main(String[] args) {
    // thousands of processes crash on purpose; what counts is told by the program itself
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Soak());
  }

  /** Without a name, lists them. */
  @Override
  public void run() {
    var line = Objects.requireNonNull(spec).commandLine();
    line.usage(line.getOut());
  }
}
