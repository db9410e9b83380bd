package io.weft.runtime;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The pairs of write and read by which nobody sleeps beside work: each side writes its own, then
 * reads the other's, and at least one of them sees the other.
 */
public class ParkingStress {
  /** Who adds a turn from outside, and a carrier that goes to sleep. */
  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0", "0, 1", "1, 1"},
      expect = ACCEPTABLE,
      desc = "one sees the other")
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the carrier sleeps beside work")
  public static class Carriers {
    private final SharedQueue shared = new SharedQueue();
    private volatile boolean parked; // as in Carrier

    @Actor
    public void outside(II_Result seen) {
      shared.add(() -> {});
      seen.r1 = parked ? 1 : 0;
    }

    @Actor
    public void carrier(II_Result seen) {
      parked = true;
      seen.r2 = shared.isEmpty() ? 0 : 1;
    }
  }

  /** Of two who wake the same carrier one has claimed it. */
  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = ACCEPTABLE,
      desc = "one claims it")
  @Outcome(expect = FORBIDDEN, desc = "none, or both")
  public static class Claims {
    private final AtomicBoolean parked = new AtomicBoolean(true); // as in Carrier

    @Actor
    public void one(II_Result seen) {
      seen.r1 = parked.get() && parked.compareAndSet(true, false) ? 1 : 0;
    }

    @Actor
    public void another(II_Result seen) {
      seen.r2 = parked.get() && parked.compareAndSet(true, false) ? 1 : 0;
    }
  }

  /** Who sets a timer, and the driver that goes to sleep. */
  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0", "0, 1", "1, 1"},
      expect = ACCEPTABLE,
      desc = "one sees the other")
  @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the driver sleeps past a timer")
  public static class Timers {
    private final SystemTimers.Shard shard = new SystemTimers.Shard();
    private volatile long wakeAt; // as in SystemTimers

    @Actor
    public void setter(II_Result seen) {
      shard.add(new SystemTimers.Pending(shard, () -> {}), 5);
      seen.r1 = wakeAt > 5 ? 1 : 0;
    }

    @Actor
    public void driver(II_Result seen) {
      wakeAt = Long.MAX_VALUE;
      seen.r2 = shard.nextTick() < Long.MAX_VALUE ? 1 : 0;
    }
  }
}
