package io.weft.runtime;

import io.weft.Lincheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** The wheel behind the lock of its shard: one sets, any thread cancels, the driver takes. */
public class TimerWheelLincheckTest {
  private static final int TIMERS = 4;

  private final SystemTimers.Shard shard = new SystemTimers.Shard();
  private final List<SystemTimers.Pending> timers = new ArrayList<>();
  private int set;
  private int now;

  public TimerWheelLincheckTest() {
    for (int i = 0; i < TIMERS; i++) {
      timers.add(new SystemTimers.Pending(shard, () -> {}));
    }
  }

  @Operation(nonParallelGroup = "setter")
  public void set(@Param(gen = IntGen.class, conf = "1:200") int tick) {
    if (set < TIMERS) {
      shard.add(timers.get(set++), tick);
    }
  }

  @Operation
  public boolean cancel(@Param(gen = IntGen.class, conf = "0:3") int timer) {
    return timers.get(timer).cancel();
  }

  @Operation(nonParallelGroup = "driver")
  public int due(@Param(gen = IntGen.class, conf = "1:80") int later) {
    now += later;
    return timers.indexOf(shard.due(now));
  }

  @Operation
  public int size() {
    return shard.size();
  }

  /** The same in a sorted map. */
  public static class Model {
    private final Map<Integer, Long> due = new TreeMap<>();
    private int set;
    private int now;
    private long reached;

    public void set(int tick) {
      if (set < TIMERS) {
        due.put(set++, Math.max(tick, reached + 1));
      }
    }

    public boolean cancel(int timer) {
      return due.remove(timer) != null;
    }

    public int due(int later) {
      now += later;
      int first = -1;
      for (Map.Entry<Integer, Long> one : due.entrySet()) {
        boolean earlier = first < 0 || one.getValue() < due.get(first);
        first = one.getValue() <= now && earlier ? one.getKey() : first;
      }
      reached = first < 0 ? now : due.remove(first);
      return first;
    }

    public int size() {
      return due.size();
    }
  }

  @Test
  void isLinearizable() {
    Lincheck.check(TimerWheelLincheckTest.class, Model.class);
  }
}
