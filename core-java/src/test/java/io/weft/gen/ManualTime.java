package io.weft.gen;

import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.runtime.Clock;
import io.weft.runtime.RuntimeLeaks;
import io.weft.runtime.Seams;
import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Time that stands still until it is advanced. */
final class ManualTime implements Clock, Timers {
  private record Pending(long at, long number, Runnable action) {}

  private final PriorityQueue<Pending> queue =
      new PriorityQueue<>(Comparator.comparingLong(Pending::at).thenComparing(Pending::number));
  private long now;
  private long last;

  /** Starts a node that lives in this time. */
  Node startNode() {
    Seams system = RuntimeLeaks.shared();
    return Node.start(
        NodeOptions.builder("nonode@nohost")
            .seams(new Seams(system.scheduler(), system.strands(), this, this, system.entropy()))
            .build());
  }

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Timer after(Duration delay, Runnable action) {
    last++;
    var timer = new Pending(now + delay.toNanos(), last, action);
    queue.add(timer);
    return () -> {
      synchronized (this) {
        return queue.remove(timer);
      }
    };
  }

  /** Lets time pass; what becomes due is done in order before this returns. */
  void advance(Duration time) {
    List<Runnable> due = new ArrayList<>();
    synchronized (this) {
      now += time.toNanos();
      while (!queue.isEmpty() && queue.peek().at() <= now) {
        due.add(queue.poll().action());
      }
    }
    due.forEach(Runnable::run);
  }

  /** Returns how many timers wait. */
  synchronized int waiting() {
    return queue.size();
  }

  @Override
  public synchronized void close() {
    queue.clear();
  }
}
