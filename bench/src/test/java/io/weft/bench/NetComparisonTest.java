package io.weft.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weft.bench.compare.Contestant;
import io.weft.bench.compare.Row;
import io.weft.bench.compare.WorkerProcess;
import io.weft.bench.net.NetRows;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Not for the numbers: a workload that no longer runs is found with the tests. */
class NetComparisonTest {
  private static final int FEW = 1200;
  private static final List<String> SMALL =
      List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dweft.bench.warm-up=0");

  @Test
  void theWorkloadsAndPeersHaveTheNamesThatReadersOfTheResultsKnow() {
    assertTrue(
        NetRows.ALL.stream()
            .map(Row::name)
            .toList()
            .containsAll(
                List.of(
                    "one-way 1 pair",
                    "one-way 4 pairs",
                    "call 1 caller",
                    "call 30 callers",
                    "1 MB call",
                    "fan-out 1000",
                    "tls one-way",
                    "compressed",
                    "encode",
                    "decode")));
    assertEquals(
        List.of("Weft", "OTP", "OTP", "Weft", "CBOR", "Smile"),
        NetComparison.INSTANCE.contestants().stream().map(Contestant::name).toList());
  }

  @TestFactory
  Stream<DynamicTest> everyWorkloadOfAContestantRuns() {
    return NetComparison.INSTANCE.contestants().stream()
        .map(contestant ->
            dynamicTest(
                contestant.name() + ": " + contestant, () -> run(rowsOf(contestant), contestant)));
  }

  private static List<Row> rowsOf(Contestant contestant) {
    return NetRows.ALL.stream().filter(contestant::takesPartIn).toList();
  }

  private static void run(List<Row> rows, Contestant contestant) throws Exception {
    assumeTrue(contestant.missing() == null, contestant.missing());
    try (var worker = WorkerProcess.start(contestant, SMALL)) {
      for (Row row : rows) {
        assertTrue(worker.run(row, FEW).isPresent(), row::name);
      }
    }
  }
}
