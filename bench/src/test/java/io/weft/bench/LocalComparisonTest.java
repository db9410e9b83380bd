package io.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weft.bench.compare.Contestant;
import io.weft.bench.compare.Row;
import io.weft.bench.compare.WorkerProcess;
import io.weft.bench.dsl.DslRows;
import io.weft.bench.local.LocalRows;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Not for the numbers: a workload that no longer runs is found with the tests. */
class LocalComparisonTest {
  private static final int FEW = 1200;
  private static final List<String> SMALL = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1");

  @Test
  void theWorkloadsAndPeersHaveTheNamesThatReadersOfTheResultsKnow() {
    assertEquals(
        List.of(
            "ping-pong 1 pair",
            "ping-pong 100 pairs",
            "fan-in 8",
            "ring 1000",
            "spawn",
            "call 1 caller",
            "call 30 callers",
            "idle bytes",
            "timers",
            "link storm",
            "selective receive"),
        LocalRows.ALL.stream().map(Row::name).toList());
    assertEquals(
        List.of("Weft", "Pekko", "coroutines", "OTP"),
        LocalComparison.INSTANCE.contestants().stream().map(Contestant::name).toList());
  }

  @TestFactory
  Stream<DynamicTest> everyWorkloadOfAContestantRuns() {
    return LocalComparison.INSTANCE.contestants().stream()
        .map(contestant -> dynamicTest(contestant.name(), () -> runAll(contestant, LocalRows.ALL)));
  }

  @TestFactory
  Stream<DynamicTest> everyWorkloadRunsBesideACrowd() {
    return CrowdComparison.INSTANCE.contestants().stream()
        .map(contestant ->
            dynamicTest(contestant.name(), () -> runAll(contestant, LocalRows.CROWD)));
  }

  @TestFactory
  Stream<DynamicTest> everyWorkloadOfTheDslRuns() {
    return DslComparison.INSTANCE.contestants().stream()
        .limit(1)
        .map(contestant -> dynamicTest(contestant.name(), () -> runAll(contestant, DslRows.ALL)));
  }

  private static void runAll(Contestant contestant, List<Row> rows) throws Exception {
    assumeTrue(contestant.missing() == null, contestant.missing());
    try (var worker = WorkerProcess.start(contestant, SMALL)) {
      for (Row row : rows) {
        OptionalLong took = worker.run(row, FEW);
        assertTrue(took.orElseThrow() > 0, () -> row.name() + " took " + took);
      }
    }
  }
}
