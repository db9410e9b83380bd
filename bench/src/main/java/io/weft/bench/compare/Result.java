package io.weft.bench.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One row of Weft next to one peer.
 *
 * @param weft the median for each operation, in {@code unit}
 * @param peerValue the same of the peer
 * @param ratio how many times better Weft is; below 1 the peer is
 * @param target what the ratio is meant to be at least; null if nobody said
 * @param spread the range of the middle half of the samples, as a share of their median; of Weft or
 *     of the peer, whichever is wider
 */
public record Result(
    String workload,
    String peer,
    String unit,
    double weft,
    double peerValue,
    double ratio,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double target,
    double spread,
    Setup setup) {

  static Result of(Row row, String peer, Samples weft, Samples other, Setup setup) {
    return new Result(
        row.name(),
        peer,
        row.unit(),
        rounded(weft.median()),
        rounded(other.median()),
        rounded(other.median() / weft.median()),
        row.targets().get(peer),
        rounded(Math.max(weft.spread(), other.spread())),
        setup);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
