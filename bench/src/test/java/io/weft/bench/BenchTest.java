package io.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchTest {
  private final StringWriter out = new StringWriter();
  private final CommandLine bench = Bench.commandLine().setOut(new PrintWriter(out));

  @Test
  void withoutANameItListsWhatCanBeMeasured() {
    assertEquals(0, bench.execute());
    assertTrue(out.toString().matches("(?s).*\\blocal\\b.*\\bjmh\\b.*"), out::toString);
  }

  @Test
  void aNameThatDoesNotExistIsRefused() {
    assertEquals(2, bench.setErr(new PrintWriter(out)).execute("global"));
  }

  @Test
  void aSimulationIsMeasuredInRowsOfNodes() {
    assertEquals(0, bench.execute("simulation", "--seconds", "0"));
    assertTrue(
        out.toString().matches("(?s)( *\\d+ nodes, +\\d+ pairs: +[\\d,]+ messages/s\\R){3}"),
        out::toString);
  }

  @Test
  void aSimulationsResultsAreWrittenAsThoseOfComparisons(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("results.json");
    assertEquals(
        0, bench.execute("simulation", "--quick", "--seconds", "0", "--json", file.toString()));
    JsonNode rows = new ObjectMapper().readTree(file.toFile());
    assertEquals(3, rows.size());
    JsonNode first = rows.get(0);
    assertEquals("simulation 2", first.get("workload").asText());
    assertEquals("messages/s", first.get("unit").asText());
    assertTrue(first.get("weft").asDouble() > 0);
    assertEquals(
        Runtime.getRuntime().availableProcessors(), first.get("setup").get("cpus").asInt());
  }

  @Test
  void whateverIsMeasuredCanBeQuickAndWrittenAsJson() {
    bench
        .getSubcommands()
        .forEach((name, command) -> {
          var options = command.getCommandSpec().optionsMap().keySet();
          assertTrue(options.containsAll(Set.of("--quick", "--json")), name);
        });
  }

  @Test
  void jmhTakesWhatIsSaidBeforeWhatAQuickRunHas() {
    CommandLine jmh = bench.getSubcommands().get("jmh");
    bench.parseArgs("jmh", "Etf", "--quick", "-f", "2", "--json", "x.json");
    assertEquals(
        "Etf -f 2 -i 3 -r 1 -w 1 -wi 2 -rf json -rff x.json",
        String.join(" ", jmh.<JmhCommand>getCommand().jmhArguments()));
  }

  @Test
  void rowsThatDoNotExistAreRefused() {
    assertEquals(2, bench.setErr(new PrintWriter(out)).execute("local", "--rows", "square"));
  }
}
