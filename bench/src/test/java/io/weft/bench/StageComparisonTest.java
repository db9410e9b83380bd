package io.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weft.bench.compare.Contestant;
import io.weft.bench.compare.Row;
import io.weft.bench.compare.WorkerProcess;
import io.weft.bench.stage.StageRows;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Not for the numbers: a workload that no longer runs is found with the tests. Elixir takes part
 * where the system property {@code weft.genstage.ebin}, or the environment variable {@code
 * WEFT_GENSTAGE_EBIN}, says where GenStage lies.
 */
class StageComparisonTest {
  private static final int FEW = 1200;
  private static final List<String> SMALL =
      List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dweft.bench.warm-up=0");

  private final StringWriter out = new StringWriter();
  private final CommandLine bench = Bench.commandLine().setOut(new PrintWriter(out));

  @Test
  void theWorkloadsAndPeersHaveTheNamesThatReadersOfTheResultsKnow() {
    assertEquals(
        List.of(
            "1-1 batch 1000",
            "1-1 batch 1",
            "1-1-1 batch 1000",
            "1-1-1 batch 1",
            "1-1-1 builders batch 1000",
            "1-1-1 builders batch 1",
            "1-4 broadcast batch 1000",
            "1-4 broadcast batch 1",
            "1-4 partition batch 1000",
            "1-4 partition batch 1",
            "node to node batch 1000",
            "node to node batch 1",
            "node to node records batch 1000",
            "node to node records batch 1",
            "node to node TCP batch 1000",
            "node to node TCP batch 1",
            "Elixir to Weft batch 1000",
            "Elixir to Weft batch 1",
            "Elixir to Weft records batch 1000",
            "Elixir to Weft records batch 1",
            "Weft to Elixir batch 1000",
            "Weft to Elixir batch 1",
            "Weft to Elixir records batch 1000",
            "Weft to Elixir records batch 1"),
        StageRows.WITH_ELIXIR.stream().map(Row::name).toList());
    assertEquals(
        List.of("Weft", "Weft", "Weft", "Pekko Streams", "Flow", "Reactor", "GenStage"),
        StageComparison.with(null).contestants().stream().map(Contestant::name).toList());
  }

  @Test
  void targetsAreForTheRowsThatHaveThem() {
    assertEquals(
        Map.of("Pekko Streams", 2.0, "GenStage", 5.0), StageRows.LOCAL.getFirst().targets());
    assertTrue(StageRows.ALL.stream().allMatch(row -> row.targets().get("GenStage") == 5.0));
  }

  @Test
  void linesThatAreHalfOfElixirAreThereWhereElixirIs(@TempDir Path somewhere) {
    assertEquals(StageRows.ALL, StageComparison.with(null).rows());
    assertEquals(StageRows.WITH_ELIXIR, StageComparison.with(somewhere).rows());
  }

  @TestFactory
  Stream<DynamicTest> everyWorkloadOfAContestantRuns() {
    return StageComparison.with(genStage()).contestants().stream()
        .map(contestant ->
            dynamicTest(contestant.name() + ": " + contestant, () -> runAll(contestant)));
  }

  @Test
  void withoutElixirsGenStageItIsSaidHowToHaveIt() {
    Contestant elixir = StageComparison.with(null).contestants().getLast();
    assertTrue(Objects.requireNonNull(elixir.missing()).contains("--elixir"));
  }

  @Test
  void aDirectoryWithoutGenStageIsTold(@TempDir Path empty) {
    Contestant elixir = StageComparison.with(empty).contestants().getLast();
    assertTrue(Objects.requireNonNull(elixir.missing()).contains(empty.toString()));
  }

  @Test
  void theOptionsAreThoseOfAllComparisonsAndElixirs() {
    assertEquals(0, bench.execute("stage", "--help"));
    for (String option : List.of("--quick", "--json", "--rows", "--jvm-flags", "--elixir")) {
      assertTrue(out.toString().contains(option), out::toString);
    }
    assertEquals(
        2,
        bench.setErr(new PrintWriter(out)).execute("stage", "--rows", "circle", "--elixir", "x"));
  }

  private static void runAll(Contestant contestant) throws Exception {
    assumeTrue(contestant.missing() == null, contestant.missing());
    try (var worker = WorkerProcess.start(contestant, SMALL)) {
      for (Row row : StageRows.WITH_ELIXIR.stream().filter(contestant::takesPartIn).toList()) {
        OptionalLong took = worker.run(row, FEW);
        assertTrue(took.orElseThrow() > 0, () -> row.name() + " took " + took);
      }
    }
  }

  private static @Nullable Path genStage() {
    String ebin =
        System.getProperty("weft.genstage.ebin", System.getenv().get("WEFT_GENSTAGE_EBIN"));
    return ebin == null || ebin.isEmpty() ? null : Path.of(ebin);
  }
}
