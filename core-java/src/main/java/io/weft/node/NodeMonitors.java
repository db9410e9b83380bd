package io.weft.node;

import io.weft.runtime.Clock;
import io.weft.runtime.LogLimiter;
import io.weft.term.Atom;
import io.weft.wire.handshake.PeerInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Which peers a node is connected with, and who is told when that changes.
 *
 * <p>Changes come one at a time, under one lock, so that all are told in the same order: a peer is
 * up before it is down, and one life of a peer is down before the next is up.
 */
final class NodeMonitors {
  private final Map<Atom, PeerSession> connected = new ConcurrentHashMap<>();
  private final Set<Watch> watches = new LinkedHashSet<>();
  private final LogLimiter log;

  NodeMonitors(Clock clock) {
    log = new LogLimiter(LoggerFactory.getLogger(NodeMonitors.class), clock);
  }

  private final class Watch implements NodeMonitor {
    final NodeKind kind;
    final Consumer<? super NodeEvent> listener;

    Watch(NodeKind kind, Consumer<? super NodeEvent> listener) {
      this.kind = kind;
      this.listener = listener;
    }

    @Override
    public void close() {
      synchronized (NodeMonitors.this) {
        watches.remove(this);
      }
    }
  }

  synchronized NodeMonitor watch(NodeKind kind, Consumer<? super NodeEvent> listener) {
    var watch = new Watch(kind, listener);
    watches.add(watch);
    return watch;
  }

  /** The connection of a session is there; nothing of it was received yet. */
  synchronized void up(PeerSession session, PeerInfo peer) {
    if (session.opened(peer)) {
      connected.put(session.peer(), session);
      tell(new NodeEvent.Up(session.peer(), peer.hidden(), peer.creation()));
    }
  }

  /** All of a session that was lost has been told. */
  synchronized void down(PeerSession session, NodeDownReason reason, String detail) {
    if (connected.remove(session.peer(), session)) {
      tell(new NodeEvent.Down(session.peer(), session.isHidden(), reason, detail));
    }
  }

  private void tell(NodeEvent event) {
    for (Watch watch : List.copyOf(watches)) {
      if (watch.kind.includes(event.hidden())) {
        tell(watch.listener, event);
      }
    }
  }

  <E extends NodeEvent> void tell(Consumer<? super E> listener, E event) {
    try {
      listener.accept(event);
    } catch (RuntimeException failure) {
      log.error("a listener of nodes failed at {}", event, failure);
    }
  }

  @Nullable PeerInfo find(Atom peer) {
    PeerSession session = connected.get(peer);
    return session == null ? null : session.info();
  }

  /** Returns the names of connected nodes, sorted. */
  List<Atom> nodes(NodeKind kind) {
    List<Atom> nodes = new ArrayList<>();
    connected.forEach((peer, session) -> {
      if (kind.includes(session.isHidden())) {
        nodes.add(peer);
      }
    });
    nodes.sort(Comparator.comparing(Atom::name));
    return List.copyOf(nodes);
  }
}
