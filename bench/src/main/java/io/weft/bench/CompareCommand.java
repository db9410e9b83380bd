package io.weft.bench;

import io.weft.bench.compare.Comparison;
import io.weft.bench.compare.Pace;
import io.weft.bench.compare.Row;
import io.weft.bench.compare.WorkerException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs one comparison, whichever it is. */
@Command(showDefaultValues = true)
final class CompareCommand implements Callable<Integer> {
  private final Supplier<Comparison> asked;

  @Spec private @Nullable CommandSpec spec;

  @Mixin
  @SuppressWarnings("unused") // picocli reads it
  private final HelpOption help = new HelpOption();

  @Option(names = "--quick", description = "a shorter run, three minutes at most")
  private boolean quick;

  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = "--rows",
      paramLabel = "REGEX",
      defaultValue = ".*",
      description = "runs only the workloads whose name contains a match")
  private Pattern rows = Pattern.compile(".*");

  /**
   * The same for all. Without conditional card marks, threads that write to old objects next to
   * each other share the lines of the card table, whoever the objects belong to. The parallel
   * collector, as it stays out of the way between collections; it measures the libraries, not what
   * a concurrent collector does beside them on few processors.
   */
  @Option(
      names = "--jvm-flags",
      paramLabel = "FLAGS",
      defaultValue =
          "-Xms2g -Xmx4g -XX:+UseParallelGC -XX:+UseCondCardMark -XX:+UseCompactObjectHeaders",
      description = "for every worker that is a JVM")
  private String jvmFlags = "";

  CompareCommand(Supplier<Comparison> asked) {
    this.asked = asked;
  }

  @Override
  public Integer call() throws IOException, WorkerException {
    Comparison comparison = asked.get();
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    List<Row> chosen =
        comparison.rows().stream().filter(it -> rows.matcher(it.name()).find()).toList();
    if (chosen.isEmpty()) {
      throw new ParameterException(line, "no workload is named like '" + rows + "'");
    }
    Comparison.Outcome outcome =
        new Comparison(chosen, comparison.contestants())
            .run(
                quick ? Pace.QUICK : Pace.FULL,
                List.of(jvmFlags.strip().split("\\s+")),
                line.getOut());
    json.write(outcome.results());
    return outcome.failures().isEmpty() ? 0 : 1;
  }
}
