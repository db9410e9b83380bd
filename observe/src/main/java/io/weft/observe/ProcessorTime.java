package io.weft.observe;

import io.weft.runtime.CarrierStatistics;
import io.weft.runtime.CarrierStatistics.CarrierState;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** How much of their time carriers are busy, by the processor time that the JVM counts for them. */
final class ProcessorTime {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long takenBefore;
  private long askedBefore;
  private double last;

  /** Returns the share since it was asked before, 0 to 1; NaN where the JVM does not count. */
  synchronized double share(CarrierStatistics statistics, long now) {
    if (!threads.isThreadCpuTimeSupported() || !threads.isThreadCpuTimeEnabled()) {
      return Double.NaN;
    }
    long taken = 0;
    for (CarrierState carrier : statistics.carriers()) {
      taken += Math.max(0, threads.getThreadCpuTime(carrier.threadId()));
    }
    long elapsed = now - askedBefore;
    if (askedBefore != 0 && elapsed > 0) {
      double share = (double) (taken - takenBefore) / elapsed / statistics.carriers().size();
      last = Math.clamp(share, 0, 1);
    }
    takenBefore = taken;
    askedBefore = now;
    return last;
  }
}
