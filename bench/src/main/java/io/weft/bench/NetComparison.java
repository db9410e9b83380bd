package io.weft.bench;

import io.weft.bench.compare.Comparison;
import io.weft.bench.compare.JvmContestant;
import io.weft.bench.compare.Row;
import io.weft.bench.net.NetRows;
import io.weft.bench.net.OtpPair;
import io.weft.bench.net.codec.CborWorker;
import io.weft.bench.net.codec.MappingWorker;
import io.weft.bench.net.codec.SmileWorker;
import io.weft.bench.net.weft.NetWorker;
import java.util.List;

/**
 * Messages between two nodes over loopback, on Weft and on OTP, and from Weft to OTP; and what
 * becomes bytes on the way, beside Jackson's binary formats.
 */
final class NetComparison {
  static final Comparison INSTANCE =
      new Comparison(
          NetRows.ALL,
          List.of(
              new JvmContestant("Weft", NetWorker.class, List.of("-XX:+AlwaysPreTouch"))
                  .only(NetRows.NODES),
              new OtpPair("OTP", false).only(withoutTls()),
              new OtpPair("OTP", true).only(List.of(NetRows.TLS_ONE_WAY)),
              new JvmContestant("Weft", MappingWorker.class).only(NetRows.CODECS),
              new JvmContestant("CBOR", CborWorker.class).only(NetRows.CODECS),
              new JvmContestant("Smile", SmileWorker.class).only(NetRows.CODECS)));

  private NetComparison() {}

  private static List<Row> withoutTls() {
    return NetRows.NODES.stream().filter(row -> !row.equals(NetRows.TLS_ONE_WAY)).toList();
  }
}
