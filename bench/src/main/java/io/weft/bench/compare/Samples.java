package io.weft.bench.compare;

import java.util.List;

/** What one contestant's samples of one row come to, for each operation. */
record Samples(double median, double spread) {

  static Samples of(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = quantile(sorted, 0.5);
    return new Samples(median, (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / median);
  }

  /** Between two samples it takes the point on the line that connects them. */
  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
