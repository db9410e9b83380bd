package io.weft.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands over to JMH. */
@Command(
    name = "jmh",
    description = "what single operations of Weft cost, by JMH; try: jmh Etf -f 1 -wi 3 -i 5")
final class JmhCommand implements Callable<Integer> {
  private static final Map<String, String> QUICK =
      new TreeMap<>(Map.of("-f", "1", "-wi", "2", "-w", "1", "-i", "3", "-r", "1"));

  @Option(
      names = "--quick",
      description =
          "a look: one fork, a few rounds of a second; what JMH is told besides goes before")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "writes JMH's results there as well")
  private @Nullable Path json;

  @Parameters(paramLabel = "ARG", description = "JMH's own arguments; -h lists them")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Main.main(jmhArguments().toArray(String[]::new));
    return 0;
  }

  /** JMH takes an option once, so that what the user gives must replace what a quick run has. */
  List<String> jmhArguments() {
    List<String> all = new ArrayList<>(arguments);
    if (quick) {
      QUICK.forEach((option, value) -> {
        if (!arguments.contains(option)) {
          all.addAll(List.of(option, value));
        }
      });
    }
    if (json != null) {
      all.addAll(List.of("-rf", "json", "-rff", json.toString()));
    }
    return all;
  }
}
