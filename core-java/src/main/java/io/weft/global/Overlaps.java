package io.weft.global;

import io.weft.node.Network;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.IntegerTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps partitions from overlapping: where two nodes of a partition are not connected any more, all
 * others give up one of them. Without that a name could be given away twice among nodes that know
 * each other.
 *
 * <p>Who loses a member tells all others. Whoever is told, and is connected with the lost one, asks
 * that one to disconnect, and passes the news on once. Switched off by the configuration value
 * {@code prevent_overlapping_partitions} of {@code kernel}, on all nodes of the cluster alike.
 */
final class Overlaps {
  /** How long a node may take to disconnect itself when it is asked to. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How many losses are remembered, so as to pass on each once. */
  private static final int MAX_REMEMBERED = 1_000;

  private final Self<GlobalMessage> self;
  private final Servers servers;
  private final Partition partition;
  private final boolean on;
  private final Term creation;
  private final Set<Atom> removing = new HashSet<>();
  private final Map<Tuple, News> heard = new LinkedHashMap<>();
  private long lastNumber;

  /** What a node, in one of its lives, said last of another one. */
  private record News(Term creation, IntegerTerm number) {
    boolean covers(News later) {
      return creation.equals(later.creation)
          && number.toBigInteger().compareTo(later.number.toBigInteger()) >= 0;
    }
  }

  Overlaps(Self<GlobalMessage> self, Servers servers, Partition partition) {
    this.self = self;
    this.servers = servers;
    this.partition = partition;
    this.on = isOn(self.node().env().get("kernel"));
    this.creation = IntTerm.of(self.node().seams().entropy().nextLong() >>> 1);
  }

  private static boolean isOn(@Nullable Map<String, Object> kernel) {
    return kernel == null || !Boolean.FALSE.equals(kernel.get("prevent_overlapping_partitions"));
  }

  /** The connection with a node has ended, or could not be made, although it should be there. */
  void onDown(Atom node) {
    boolean wasMember = partition.onDown(node);
    if (!removing.remove(node) && wasMember && on) {
      lastNumber++;
      tellAll(
          Tuple.of(Words.LOST_CONNECTION, servers.here(), creation, IntTerm.of(lastNumber), node));
    }
  }

  private void tellAll(Tuple message) {
    partition.known().forEach(member -> servers.tell(member, message));
  }

  /** {@code {lost_connection, Node, ItsCreation, Number, LostNode}}. */
  void onLostConnection(Tuple message) {
    Atom by = Words.atom(message.get(1));
    Atom lost = Words.atom(message.get(4));
    if (!(message.get(3) instanceof IntegerTerm number)) {
      throw Words.malformed("a number", message);
    }
    if (!on || by.equals(servers.here()) || isOld(by, lost, new News(message.get(2), number))) {
      return;
    }
    tellAll(message);
    Atom removed = lost.equals(servers.here()) ? by : lost;
    if (partition.known().contains(removed)) {
      servers.tell(removed, Tuple.of(Words.REMOVE_CONNECTION, servers.here()));
      giveUp(removed, "asks to disconnect");
      self.after(
          PATIENCE,
          () -> {
            if (removing.contains(removed)) {
              disconnect(removed);
            }
          });
    }
  }

  private boolean isOld(Atom by, Atom lost, News news) {
    Tuple key = Tuple.of(by, lost);
    News before = heard.get(key);
    if (before != null && before.covers(news)) {
      return true;
    }
    heard.remove(key);
    heard.put(key, news);
    if (heard.size() > MAX_REMEMBERED) {
      heard.remove(heard.keySet().iterator().next());
    }
    return false;
  }

  /** {@code {remove_connection, Node}}: the node has given this one up. */
  void onRemoveConnection(Tuple message) {
    Atom node = Words.atom(message.get(1));
    if (on && servers.isConnected(node)) {
      giveUp(node, "disconnects");
      disconnect(node);
    }
  }

  private void giveUp(Atom node, String what) {
    removing.add(node);
    partition.onDown(node);
    self.warn("{} {}, to prevent overlapping partitions", what, node);
  }

  private void disconnect(Atom node) {
    Network network = self.node().network();
    if (network != null) {
      network.disconnect(node);
    }
  }

  /** A new connection: what was given up was the one before. */
  void onUp(Atom node) {
    removing.remove(node);
  }
}
