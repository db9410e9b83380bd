package io.weft.bench.compare;

import java.time.Duration;

/**
 * How long a comparison takes its time.
 *
 * @param warmUp for how long each contestant runs the workload of a scaled row before it counts
 * @param sample how long one sample of a scaled row should last
 * @param rounds how many samples each contestant gives, if the budget allows
 * @param budget how long all rows together may take
 */
public record Pace(Duration warmUp, Duration sample, int rounds, Duration budget) {
  /** The numbers to believe. */
  public static final Pace FULL =
      new Pace(Duration.ofSeconds(3), Duration.ofMillis(700), 11, Duration.ofMinutes(20));

  /** A look within three minutes. */
  public static final Pace QUICK =
      new Pace(Duration.ofMillis(500), Duration.ofMillis(200), 5, Duration.ofSeconds(130));
}
