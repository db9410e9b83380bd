package io.weft.bench;

import io.weft.bench.compare.Comparison;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./weft bench}: one name for each thing that can be measured. */
@Command(
    name = "./weft bench",
    description = "Measures Weft, alone or side by side with its peers.",
    synopsisSubcommandLabel = "NAME")
public final class Bench implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  private Bench() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** A new comparison is one line more. */
  static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .addSubcommand(
            comparison(
                "local",
                "processes and messages in one node, next to Pekko, coroutines and OTP",
                LocalComparison.INSTANCE))
        .addSubcommand(
            comparison(
                "crowd",
                "what a million idle processes slow down, and what ten million weigh",
                CrowdComparison.INSTANCE))
        .addSubcommand(
            comparison(
                "dsl",
                "actors of the Kotlin DSL, next to the core's own processes and Pekko",
                DslComparison.INSTANCE))
        .addSubcommand(
            comparison(
                "net", "messages and calls between two nodes, next to OTP", NetComparison.INSTANCE))
        .addSubcommand(stages())
        .addSubcommand(new SimulationCommand())
        .addSubcommand(
            new CommandLine(new JmhCommand()).setUnmatchedOptionsArePositionalParams(true));
  }

  private static CommandLine stages() {
    var elixir = new ElixirOption();
    return comparison(
            "stage",
            "stages with demand, next to Pekko Streams, Flow, Reactor and Elixir's GenStage",
            () -> StageComparison.with(elixir.genStage()))
        .addMixin("elixir", elixir);
  }

  private static CommandLine comparison(String name, String about, Comparison comparison) {
    return comparison(name, about, () -> comparison);
  }

  /**
   * @param comparison asked for when the options are known
   */
  private static CommandLine comparison(
      String name, String about, Supplier<Comparison> comparison) {
    var command = new CommandLine(new CompareCommand(comparison)).setCommandName(name);
    command.getCommandSpec().usageMessage().description(about);
    return command;
  }

  /** Without a name, lists them. */
  @Override
  public void run() {
    var line = Objects.requireNonNull(spec).commandLine();
    line.usage(line.getOut());
  }
}
