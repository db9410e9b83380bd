package io.weft.bench;

import io.weft.bench.compare.Comparison;
import io.weft.bench.compare.JvmContestant;
import io.weft.bench.dsl.DslRows;
import io.weft.bench.dsl.DslWorker;
import io.weft.bench.local.pekko.PekkoWorker;
import io.weft.bench.local.weft.WeftWorker;
import java.util.List;

/** Actors of the Kotlin DSL within one node, next to the core's own processes and to Pekko. */
final class DslComparison {
  static final Comparison INSTANCE =
      new Comparison(
          DslRows.ALL,
          List.of(
              new JvmContestant("DSL", DslWorker.class),
              new JvmContestant("core", WeftWorker.class),
              new JvmContestant("Pekko", PekkoWorker.class)));

  private DslComparison() {}
}
