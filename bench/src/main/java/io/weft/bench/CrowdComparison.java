package io.weft.bench;

import io.weft.bench.compare.Comparison;
import io.weft.bench.compare.JvmContestant;
import io.weft.bench.local.LocalRows;
import io.weft.bench.local.weft.AfterCrowdWorker;
import io.weft.bench.local.weft.CrowdedWorker;
import java.util.List;

/** What a node is slowed down by a million processes that wait: Weft next to itself. */
final class CrowdComparison {
  static final Comparison INSTANCE =
      new Comparison(
          LocalRows.CROWD,
          List.of(
              new JvmContestant("beside 1 M idle", CrowdedWorker.class),
              new JvmContestant("alone", AfterCrowdWorker.class)));

  private CrowdComparison() {}
}
