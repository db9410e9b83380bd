package io.weft.bench.compare;

import java.util.Map;

/**
 * One workload, the same for all contestants. Whatever the unit, less is better.
 *
 * @param unit what one operation is measured in
 * @param fixedOps how many operations a sample is made of; 0 for as many as a sample has time for
 * @param targets how many times better than each of these peers Weft is meant to be
 */
public record Row(String name, String unit, int fixedOps, Map<String, Double> targets) {
  /** Keeps a copy of the targets. */
  public Row {
    targets = Map.copyOf(targets);
  }

  /** Returns a row whose samples are made as long as they should last. */
  public static Row scaled(String name, String unit) {
    return new Row(name, unit, 0, Map.of());
  }

  /** Returns a row about the time for this many operations. */
  public static Row fixed(String name, String unit, int ops) {
    return new Row(name, unit, ops, Map.of());
  }

  /** Returns the row with targets, told by the names of peers. */
  public Row aiming(Map<String, Double> targets) {
    return new Row(name, unit, fixedOps, targets);
  }

  boolean isScaled() {
    return fixedOps == 0;
  }
}
