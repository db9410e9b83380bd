package io.weft.bench.compare;

/**
 * One workload, the same for all contestants. Whatever the unit, less is better.
 *
 * @param unit what one operation is measured in
 * @param fixedOps how many operations a sample is made of; 0 for as many as a sample has time for
 */
public record Row(String name, String unit, int fixedOps) {
  /** Returns a row whose samples are made as long as they should last. */
  public static Row scaled(String name, String unit) {
    return new Row(name, unit, 0);
  }

  /** Returns a row about the time for this many operations. */
  public static Row fixed(String name, String unit, int ops) {
    return new Row(name, unit, ops);
  }

  boolean isScaled() {
    return fixedOps == 0;
  }
}
