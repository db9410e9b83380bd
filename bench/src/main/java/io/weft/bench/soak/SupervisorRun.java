package io.weft.bench.soak;

import io.weft.node.Address;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.runtime.Seams;
import io.weft.term.Pid;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One run of chaos in a town, watched from beginning to end. */
final class SupervisorRun {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long TELL_EVERY = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

  /** So many strikes at once, before looking whether enough are alive. */
  private static final int STRIKES = 8;

  /** Classes that were loaded and compiled meanwhile. */
  private static final long HEAP_SLACK = 24 << 20;

  private final Ledger ledger = new Ledger();
  private final HeapTrend heap = new HeapTrend();
  private final Faults faults = new Faults();
  private final Town town;
  private final long seed;
  private final PrintWriter out;

  SupervisorRun(int workers, long seed, PrintWriter out) {
    this.town = new Town(ledger, workers);
    this.seed = seed;
    this.out = out;
  }

  /** What a node holds when nothing runs on it. */
  private record Baseline(int processes, Set<String> names, long timers, Set<String> threads) {}

  /** Returns what went wrong. */
  List<String> run(Duration time) {
    Seams system = Seams.system();
    var timers = new CountedTimers(system.timers());
    var seams =
        new Seams(system.scheduler(), system.strands(), system.clock(), timers, system.entropy());
    try (seams;
        Node node = Node.start(NodeOptions.builder("nonode@nohost").seams(seams).build())) {
      Baseline before = look(node, timers);
      long heapBefore = HeapTrend.weigh();
      chaos(node, timers, time);
      requireBaseline(node, timers, before, heapBefore);
    }
    faults.require("no thread of the runtime is left", () -> runtimeThreads().isEmpty());
    faults.addAll(ledger.violations());
    return faults.found();
  }

  // --- the run
  // ------------------------------------------------------------------------------------------------

  private void chaos(Node node, CountedTimers timers, Duration time) {
    Address<?> top = node.start(town.blueprint());
    Pid root = top.pid();
    if (root == null || !awaitComplete("after the start")) {
      return;
    }
    var chaos = new Chaos(node, town, ledger, seed);
    strike(node, timers, chaos, time);
    out.println("at rest; looks at what is left");
    out.flush();
    refillUntilComplete(chaos);
    int expected = town.processes();
    faults.require(
        "nothing but the tree lives: " + expected + " processes",
        () -> node.processCount() == expected);
    faults.addAll(Structure.faults(node, root, expected));
    node.exit(root, ExitReason.SHUTDOWN);
  }

  private void strike(Node node, CountedTimers timers, Chaos chaos, Duration time) {
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    long look = begin;
    long tell = begin + TELL_EVERY;
    int fewest = town.workers() * 4 / 5;
    while (System.nanoTime() < end && ledger.violations().isEmpty()) {
      if (ledger.alive.get() >= fewest) {
        for (int i = 0; i < STRIKES; i++) {
          chaos.strike();
        }
      }
      LockSupport.parkNanos(PAUSE);
      long now = System.nanoTime();
      if (now >= look) {
        look = now + LOOK_EVERY;
        chaos.refill();
        ledger.check();
      }
      if (now >= tell) {
        tell = now + TELL_EVERY;
        tell(node, timers, chaos, now - begin);
      }
    }
    tell(node, timers, chaos, System.nanoTime() - begin);
  }

  private void tell(Node node, CountedTimers timers, Chaos chaos, long elapsed) {
    out.printf(
        "%4d s: %d workers live, %d ended by hand, %d supervisors too; %d starts, %d ends;"
            + " %d processes, %d timers, %d MB%n",
        TimeUnit.NANOSECONDS.toSeconds(elapsed),
        ledger.alive.get(),
        chaos.kills(),
        chaos.supervisors(),
        ledger.starts.get(),
        ledger.ends.get(),
        node.processCount(),
        timers.pending(),
        heap.sample() >> 20);
    out.flush();
  }

  private void refillUntilComplete(Chaos chaos) {
    long end = System.nanoTime() + PATIENCE;
    while (!ledger.isComplete() && System.nanoTime() < end) {
      chaos.refill();
      LockSupport.parkNanos(LOOK_EVERY);
    }
    awaitComplete("at the end");
  }

  private boolean awaitComplete(String when) {
    if (Faults.comesTrue(ledger::isComplete)) {
      return true;
    }
    faults.add("not all places are served " + when + ": " + ledger.missing());
    return false;
  }

  // --- what is left
  // ------------------------------------------------------------------------------------------------

  private static Baseline look(Node node, CountedTimers timers) {
    Set<String> names = new TreeSet<>();
    node.registered().forEach(name -> names.add(name.name()));
    return new Baseline(node.processCount(), names, timers.pending(), runtimeThreads());
  }

  static Set<String> runtimeThreads() {
    Set<String> threads = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("weft-")) {
        threads.add(thread.getName() + " " + thread.threadId());
      }
    }
    return threads;
  }

  private void requireBaseline(Node node, CountedTimers timers, Baseline before, long heapBefore) {
    faults.require(
        "processes, names, timers and threads are as before",
        () -> look(node, timers).equals(before));
    Baseline after = look(node, timers);
    if (!after.equals(before)) {
      faults.add("before: " + before + ", after: " + after);
    }
    if (ledger.starts.get() != ledger.ends.get()) {
      faults.add(ledger.starts.get() + " workers started, and " + ledger.ends.get() + " ended");
    }
    faults.add(heap.fault());
    requireHeap(heapBefore);
  }

  /** The houses of the ledger are ours, and weigh little. */
  private void requireHeap(long before) {
    long after = HeapTrend.weigh();
    if (after > before + HEAP_SLACK) {
      faults.add(
          "%d MB are in use when all is over, and were %d before"
              .formatted(after >> 20, before >> 20));
    }
  }
}
