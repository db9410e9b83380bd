package io.weft.runtime;

import java.util.List;

/**
 * What the threads of a scheduler do: a look at it, not to be added up exactly while it goes on.
 *
 * @param carriers each of its threads
 * @param shared how many turns wait for any of them
 */
public record CarrierStatistics(List<CarrierState> carriers, int shared) {
  /**
   * One thread.
   *
   * @param threadId its {@link Thread#threadId}: the JVM knows how much processor time it has taken
   * @param resting whether it has nothing to do
   * @param queued how many turns wait for it
   * @param turns how many turns it has begun
   */
  public record CarrierState(long threadId, boolean resting, int queued, long turns) {}

  public CarrierStatistics {
    carriers = List.copyOf(carriers);
  }

  /** Returns how many turns wait in all. */
  public int queued() {
    return shared + carriers.stream().mapToInt(CarrierState::queued).sum();
  }
}
