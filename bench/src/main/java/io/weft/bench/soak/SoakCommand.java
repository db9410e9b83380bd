package io.weft.bench.soak;

import io.weft.bench.HelpOption;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all soaks are told, and how they tell what came of them. */
abstract class SoakCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin
  @SuppressWarnings("unused") // picocli reads it
  private final HelpOption help = new HelpOption();

  @Option(names = "--minutes", defaultValue = "5", description = "how long; parts of one too")
  private double minutes;

  @Option(names = "--seed", description = "what goes wrong, and when; drawn if not told")
  private @Nullable Long seed;

  /** Returns how much of what is put under stress, in words. */
  abstract String size();

  /** Returns what held, if no fault is found. */
  abstract String praise();

  /** Returns what went wrong. */
  abstract List<String> run(Duration time, long seed, PrintWriter out);

  @Override
  public final Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    long chosen = seed == null ? System.nanoTime() & 0xffff : seed;
    Duration time = Duration.ofMillis(Math.round(minutes * 60_000));
    out.printf("%s, %s, seed %d%n", size(), time, chosen);
    List<String> faults = run(time, chosen, out);
    if (faults.isEmpty()) {
      out.println("well: " + praise());
      return 0;
    }
    faults.forEach(fault -> out.println("FAILED: " + fault));
    out.flush();
    return 1;
  }
}
