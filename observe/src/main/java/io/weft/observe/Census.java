package io.weft.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.weft.node.Node;
import io.weft.node.Observed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * The processes of a node by their labels: how many there are, and what waits for them. To look
 * takes time with their number, so it is done when somebody asks, and every so often at most.
 */
final class Census implements AutoCloseable {
  private static final Duration VALID = Duration.ofSeconds(5);
  private static final Row NOBODY = new Row();

  private final Node node;
  private final MeterRegistry registry;
  private final Tags tags;
  private final BoundedTags labels;
  private final Map<String, List<Meter>> meters = new ConcurrentHashMap<>();
  private final Meter all;

  private Map<String, Row> rows = Map.of();
  private long takenAt;
  private boolean taken;

  private static final class Row {
    int processes;
    long waiting;
    int deepest;
    Duration oldest = Duration.ZERO;

    void add(Observed process) {
      int depth = process.waitingMessages();
      Duration age = process.backlogAge();
      processes++;
      waiting += depth;
      deepest = Math.max(deepest, depth);
      oldest = age.compareTo(oldest) > 0 ? age : oldest;
    }
  }

  Census(Node node, MeterRegistry registry, Tags tags, int maxLabels) {
    this.node = node;
    this.registry = registry;
    this.tags = tags;
    labels = new BoundedTags(maxLabels);
    all = Gauge.builder("weft.processes.all", this, Census::countAll).tags(tags).register(registry);
  }

  /** The one gauge that is always there: who asks for it makes those of labels appear. */
  private double countAll() {
    look();
    return node.processCount();
  }

  private synchronized Row row(String label) {
    look();
    return rows.getOrDefault(label, NOBODY);
  }

  private synchronized void look() {
    long now = node.seams().clock().nanoTime();
    if (taken && now - takenAt < VALID.toNanos()) {
      return;
    }
    taken = true;
    takenAt = now;
    Map<String, Row> seen = new HashMap<>();
    node.forEachProcess(
        process -> seen.computeIfAbsent(labels.of(process.label()), _ -> new Row()).add(process));
    rows = seen;
    seen.keySet().forEach(label -> meters.computeIfAbsent(label, this::metersOf));
  }

  private List<Meter> metersOf(String label) {
    List<Meter> made = new ArrayList<>();
    gauge(made, label, "weft.processes", row -> row.processes);
    gauge(made, label, "weft.mailbox.waiting", row -> row.waiting);
    gauge(made, label, "weft.mailbox.deepest", row -> row.deepest);
    gauge(made, label, "weft.mailbox.oldest", row -> row.oldest.toMillis() / 1000.0);
    return made;
  }

  private void gauge(List<Meter> made, String label, String name, ToDoubleFunction<Row> value) {
    made.add(
        Gauge.builder(name, this, census -> value.applyAsDouble(census.row(label)))
            .tags(tags.and("process", label))
            .register(registry));
  }

  @Override
  public void close() {
    registry.remove(all);
    meters.values().forEach(list -> list.forEach(registry::remove));
  }
}
