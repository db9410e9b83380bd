package io.weft.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.weft.node.CallResult;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Observed;
import io.weft.node.Observer;
import io.weft.term.Pid;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a node does, as Micrometer's meters. All have the tag {@code node}; others are labels of
 * processes and types of messages, never pids, and each tag has so many values at most: what comes
 * after that is {@code other}.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>Meter</th><th>Tags</th><th>What</th></tr>
 *   <tr><td>{@code weft.handle}, timer</td><td>process, type, outcome</td>
 *     <td>messages handled: how many, and how long it took, with what a handler was suspended</td></tr>
 *   <tr><td>{@code weft.turn}, timer</td><td>process</td><td>how long turns held a carrier</td></tr>
 *   <tr><td>{@code weft.call}, timer</td><td>type, outcome</td>
 *     <td>calls, by their callers: ok, timeout, noproc, overload, nodedown, error...</td></tr>
 *   <tr><td>{@code weft.process.spawned}, {@code .ended}, {@code .crashed}, counters</td>
 *     <td>process; ended: outcome</td><td></td></tr>
 *   <tr><td>{@code weft.supervisor.restarts}, counter</td><td>supervisor, child</td><td></td></tr>
 *   <tr><td>{@code weft.mailbox.dropped}, counter</td><td>process</td>
 *     <td>messages that a full mailbox did not take</td></tr>
 *   <tr><td>{@code weft.processes.all}, gauge</td><td></td><td></td></tr>
 *   <tr><td>{@code weft.processes}, {@code weft.mailbox.waiting}, {@code weft.mailbox.deepest},
 *     {@code weft.mailbox.oldest} (seconds), gauges</td><td>process</td>
 *     <td>there from when {@code weft.processes.all} was asked for, and looked at every five
 *     seconds at most</td></tr>
 *   <tr><td>{@code weft.carriers}, {@code .queued}, {@code .utilisation} (0 to 1), gauges</td>
 *     <td></td><td>the threads that run turns; utilisation by their processor time</td></tr>
 *   <tr><td>{@code weft.timers}, gauge</td><td></td><td>timers that wait</td></tr>
 *   <tr><td>{@code weft.dist.bytes}, {@code .frames}, {@code .signals}, counters</td>
 *     <td>peer, direction</td><td>by connection, since it is up</td></tr>
 *   <tr><td>{@code weft.dist.queued.bytes}, {@code .queued.signals}, {@code .senders.waiting},
 *     gauges</td><td>peer</td><td></td></tr>
 * </table>
 */
public final class NodeMetrics implements Observer {
  /** How many values a tag has by default. */
  public static final int DEFAULT_TAG_VALUES = 200;

  private final MeterRegistry registry;
  private final BoundedTags labels;
  private final BoundedTags types;
  private final BoundedTags children;
  private final int tagValues;
  private final Map<Node, NodeGauges> gauges = new ConcurrentHashMap<>();
  private final Map<Object, Timer> timers = new ConcurrentHashMap<>();
  private final Map<Object, Counter> counters = new ConcurrentHashMap<>();

  /** Makes an observer of one or more nodes. */
  public NodeMetrics(MeterRegistry registry) {
    this(registry, DEFAULT_TAG_VALUES);
  }

  /**
   * Makes an observer of one or more nodes.
   *
   * @param tagValues how many values each tag may have
   */
  public NodeMetrics(MeterRegistry registry, int tagValues) {
    this.registry = registry;
    this.tagValues = tagValues;
    labels = new BoundedTags(tagValues);
    types = new BoundedTags(tagValues);
    children = new BoundedTags(tagValues);
  }

  @Override
  public void started(Node node) {
    gauges.put(node, new NodeGauges(node, registry, tagValues));
  }

  @Override
  public void stopped(Node node) {
    NodeGauges last = gauges.remove(node);
    if (last != null) {
      last.close();
    }
  }

  // --- processes ---------------------------------------------------------------------------------

  @Override
  public void spawned(Observed process) {
    ofProcess("weft.process.spawned", process).increment();
  }

  @Override
  public void ended(Observed process, ExitReason reason) {
    String label = labels.of(process.label());
    String outcome = Outcome.of(reason);
    counter(
            new Key("weft.process.ended", nodeOf(process), label, outcome, ""),
            key -> key.tags("process", "outcome"))
        .increment();
  }

  @Override
  public Scope crashed(Observed process, ExitReason reason) {
    ofProcess("weft.process.crashed", process).increment();
    return Scope.NONE;
  }

  @Override
  public void dropped(Observed process) {
    ofProcess("weft.mailbox.dropped", process).increment();
  }

  @Override
  public void restarted(Pid supervisor, String label, String child) {
    counter(
            new Key(
                "weft.supervisor.restarts",
                supervisor.node().name(),
                labels.of(label),
                children.of(child),
                ""),
            key -> key.tags("supervisor", "child"))
        .increment();
  }

  private Counter ofProcess(String name, Observed process) {
    return counter(
        new Key(name, nodeOf(process), labels.of(process.label()), "", ""),
        key -> key.tags("process"));
  }

  // --- turns and messages ------------------------------------------------------------------------

  @Override
  public Scope entered(Observed process, Work work) {
    if (work != Work.TURN) {
      return Scope.NONE;
    }
    Timer timer =
        timer(
            new Key("weft.turn", nodeOf(process), labels.of(process.label()), "", ""),
            key -> key.tags("process"));
    long begin = nanoTime(process);
    return () -> timer.record(nanoTime(process) - begin, TimeUnit.NANOSECONDS);
  }

  @Override
  public Handling received(Observed process, Kind kind, Object message, @Nullable Object context) {
    return new Handled(process, TypeName.of(message));
  }

  private final class Handled implements Handling {
    private final Observed process;
    private final long begin;
    private String type;

    Handled(Observed process, String type) {
      this.process = process;
      this.type = type;
      begin = nanoTime(process);
    }

    @Override
    public void decoded(Object message) {
      type = TypeName.of(message);
    }

    @Override
    public void done(@Nullable Throwable failure) {
      timer(
              new Key(
                  "weft.handle",
                  nodeOf(process),
                  labels.of(process.label()),
                  types.of(type),
                  failure == null ? "ok" : "failed"),
              key -> key.tags("process", "type", "outcome"))
          .record(nanoTime(process) - begin, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public @Nullable Calling called(Sent request) {
    Observed caller = request.sender();
    if (caller == null) {
      return null;
    }
    long begin = nanoTime(caller);
    return new Calling() {
      @Override
      public void done(CallResult<?> result) {
        timer(
                new Key(
                    "weft.call",
                    nodeOf(caller),
                    types.of(TypeName.of(request.message())),
                    Outcome.of(result),
                    ""),
                key -> key.tags("type", "outcome"))
            .record(nanoTime(caller) - begin, TimeUnit.NANOSECONDS);
      }
    };
  }

  private static long nanoTime(Observed process) {
    return process.node().seams().clock().nanoTime();
  }

  private static String nodeOf(Observed process) {
    return process.node().name().name();
  }

  // --- meters ------------------------------------------------------------------------------------

  /** A meter and its tags; found without asking the registry, which builds all of them anew. */
  private record Key(String name, String node, String first, String second, String third) {
    Tags tags(String... names) {
      Tags tags = Tags.of("node", node);
      String[] values = {first, second, third};
      for (int i = 0; i < names.length; i++) {
        tags = tags.and(names[i], values[i]);
      }
      return tags;
    }
  }

  private Timer timer(Key key, Function<Key, Tags> tags) {
    return timers.computeIfAbsent(key, _ -> registry.timer(key.name, tags.apply(key)));
  }

  private Counter counter(Key key, Function<Key, Tags> tags) {
    return counters.computeIfAbsent(key, _ -> registry.counter(key.name, tags.apply(key)));
  }
}
