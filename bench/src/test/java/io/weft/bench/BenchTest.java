package io.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
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
  void rowsThatDoNotExistAreRefused() {
    assertEquals(2, bench.setErr(new PrintWriter(out)).execute("local", "--rows", "square"));
  }
}
