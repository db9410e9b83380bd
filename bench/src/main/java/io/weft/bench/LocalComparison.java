package io.weft.bench;

import io.weft.bench.compare.Comparison;
import io.weft.bench.compare.ErlangContestant;
import io.weft.bench.compare.JvmContestant;
import io.weft.bench.local.LocalRows;
import io.weft.bench.local.coroutines.CoroutinesWorker;
import io.weft.bench.local.pekko.PekkoWorker;
import io.weft.bench.local.weft.WeftWorker;
import java.util.List;

/** Processes and messages within one node, on Weft and on those it is measured against. */
final class LocalComparison {
  static final Comparison INSTANCE =
      new Comparison(
          LocalRows.ALL,
          List.of(
              new JvmContestant("Weft", WeftWorker.class),
              new JvmContestant("Pekko", PekkoWorker.class),
              new JvmContestant("coroutines", CoroutinesWorker.class),
              new ErlangContestant("OTP", LocalRows.class, "otp_worker")));

  private LocalComparison() {}
}
