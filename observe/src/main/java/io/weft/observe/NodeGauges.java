package io.weft.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.weft.node.Network;
import io.weft.node.Node;
import io.weft.node.NodeEvent;
import io.weft.node.NodeKind;
import io.weft.node.NodeMonitor;
import io.weft.node.PeerStatistics;
import io.weft.runtime.CarrierStatistics;
import io.weft.term.Atom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What can be seen of one node at any time. */
final class NodeGauges implements AutoCloseable {
  private final Node node;
  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> meters = new ArrayList<>();
  private final Map<Atom, List<Meter>> ofPeers = new ConcurrentHashMap<>();
  private final int maxPeers;
  private final Census census;
  private final ProcessorTime processorTime = new ProcessorTime();
  private final NodeMonitor peers;

  NodeGauges(Node node, MeterRegistry registry, int maxPeers) {
    this.node = node;
    this.registry = registry;
    this.maxPeers = maxPeers;
    tags = Tags.of("node", node.name().name());
    census = new Census(node, registry, tags, maxPeers);
    gauge("weft.carriers", one -> one.seams().scheduler().parallelism());
    gauge("weft.carriers.queued", one -> ofCarriers(one, CarrierStatistics::queued));
    gauge("weft.carriers.utilisation", one -> ofCarriers(one, this::utilisation));
    gauge("weft.timers", one -> one.seams().timers().pending());
    peers = node.monitorNodes(NodeKind.CONNECTED, this::heard);
  }

  private void gauge(String name, ToDoubleFunction<Node> value) {
    meters.add(Gauge.builder(name, node, value).tags(tags).register(registry));
  }

  private static double ofCarriers(Node node, ToDoubleFunction<CarrierStatistics> value) {
    CarrierStatistics statistics = node.seams().scheduler().statistics();
    return statistics == null ? Double.NaN : value.applyAsDouble(statistics);
  }

  private double utilisation(CarrierStatistics statistics) {
    return processorTime.share(statistics, node.seams().clock().nanoTime());
  }

  // --- connections -------------------------------------------------------------------------------

  private void heard(NodeEvent event) {
    switch (event) {
      case NodeEvent.Up up -> {
        if (ofPeers.size() < maxPeers) {
          ofPeers.computeIfAbsent(up.peer(), this::metersOf);
        }
      }
      case NodeEvent.Down down -> remove(ofPeers.remove(down.peer()));
    }
  }

  private List<Meter> metersOf(Atom peer) {
    List<Meter> made = new ArrayList<>();
    counter(made, peer, "weft.dist.bytes", "in", PeerStatistics::bytesIn);
    counter(made, peer, "weft.dist.bytes", "out", PeerStatistics::bytesOut);
    counter(made, peer, "weft.dist.frames", "in", PeerStatistics::framesIn);
    counter(made, peer, "weft.dist.frames", "out", PeerStatistics::framesOut);
    counter(made, peer, "weft.dist.signals", "in", PeerStatistics::signalsIn);
    counter(made, peer, "weft.dist.signals", "out", PeerStatistics::signalsOut);
    gauge(made, peer, "weft.dist.queued.bytes", PeerStatistics::bytesQueued);
    gauge(made, peer, "weft.dist.queued.signals", PeerStatistics::signalsQueued);
    gauge(made, peer, "weft.dist.senders.waiting", PeerStatistics::sendersWaiting);
    return made;
  }

  private void counter(
      List<Meter> made,
      Atom peer,
      String name,
      String direction,
      ToDoubleFunction<PeerStatistics> value) {
    made.add(
        FunctionCounter.builder(name, node, one -> of(one, peer, value))
            .tags(tags.and("peer", peer.name(), "direction", direction))
            .register(registry));
  }

  private void gauge(
      List<Meter> made, Atom peer, String name, ToDoubleFunction<PeerStatistics> value) {
    made.add(
        Gauge.builder(name, node, one -> of(one, peer, value))
            .tags(tags.and("peer", peer.name()))
            .register(registry));
  }

  private static double of(Node node, Atom peer, ToDoubleFunction<PeerStatistics> value) {
    Network network = node.network();
    PeerStatistics statistics = network == null ? null : network.statistics(peer);
    return statistics == null ? 0 : value.applyAsDouble(statistics);
  }

  // --- the end -----------------------------------------------------------------------------------

  private void remove(@Nullable List<Meter> gone) {
    if (gone != null) {
      gone.forEach(registry::remove);
    }
  }

  @Override
  public void close() {
    peers.close();
    ofPeers.values().forEach(this::remove);
    ofPeers.clear();
    remove(meters);
    census.close();
  }
}
