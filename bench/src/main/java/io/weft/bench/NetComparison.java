package io.weft.bench;

import io.weft.bench.compare.Comparison;
import io.weft.bench.compare.JvmContestant;
import io.weft.bench.net.NetRows;
import io.weft.bench.net.OtpPair;
import io.weft.bench.net.weft.NetWorker;
import java.util.List;

/** Messages between two nodes over loopback, on Weft and on OTP, and from Weft to OTP. */
final class NetComparison {
  static final Comparison INSTANCE =
      new Comparison(
          NetRows.ALL,
          List.of(
              new JvmContestant("Weft", NetWorker.class, List.of("-XX:+AlwaysPreTouch")),
              new OtpPair("OTP", false),
              new OtpPair("OTP", true)));

  private NetComparison() {}
}
