package io.weft.testkit;

import io.weft.node.Network;
import io.weft.node.Node;
import io.weft.node.NodeDownReason;
import io.weft.node.NodeOptions;
import io.weft.node.PeerChannel;
import io.weft.node.PeerSession;
import io.weft.runtime.Scheduler;
import io.weft.term.Atom;
import io.weft.wire.control.Control;
import io.weft.wire.handshake.DistFlags;
import io.weft.wire.handshake.PeerInfo;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Joins the nodes of a simulation. Each signal is a turn of the scheduler, so that signals of
 * different connections and directions overtake each other at random, but never within one
 * direction. A cut loses what is under way, and each side learns of it at a time of its own.
 * Nothing of a new connection reaches a node before it has learned of the end of the one before.
 *
 * <p>Used by the thread of the simulation and by its strands, one at a time.
 */
final class SimulatedNetwork {
  private final Scheduler scheduler;
  private final Map<Atom, Member> members = new LinkedHashMap<>();
  private final Set<Set<Atom>> parted = new LinkedHashSet<>();

  SimulatedNetwork(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  Network join(Node node, NodeOptions options) {
    if (options.dynamic()) {
      throw new IllegalArgumentException("nodes of a simulation have names of their own");
    }
    return new Member(node, options.hidden());
  }

  /** Parts two nodes: their connection breaks, and none can be made until {@link #heal}. */
  void part(Atom one, Atom other) {
    parted.add(Set.of(one, other));
    cut(one, other);
  }

  void heal(Atom one, Atom other) {
    parted.remove(Set.of(one, other));
  }

  void cut(Atom one, Atom other) {
    Member member = members.get(one);
    if (member != null) {
      var _ = member.disconnect(other);
    }
  }

  private final class Member implements Network {
    private final Node node;
    private final boolean hidden;
    private final Map<Atom, Direction> out = new LinkedHashMap<>();

    /** The end of the connection before, as long as the node has not learned of it. */
    private final Map<Atom, Direction> ending = new LinkedHashMap<>();

    Member(Node node, boolean hidden) {
      this.node = node;
      this.hidden = hidden;
    }

    @Override
    public void open() {
      members.put(node.name(), this);
    }

    @Override
    public PeerSession session(Atom peer) {
      Direction present = out.get(peer);
      return present != null ? present.session : connect(peer);
    }

    private PeerSession connect(Atom peer) {
      var there = new Direction(this, peer);
      Member other = members.get(peer);
      if (other == null || peer.equals(node.name()) || parted.contains(Set.of(peer, node.name()))) {
        there.session.close();
        return there.session;
      }
      var back = new Direction(other, node.name());
      there.opposite = back;
      back.opposite = there;
      out.put(peer, there);
      other.out.put(node.name(), back);
      there.riseWhenFree();
      back.riseWhenFree();
      return there.session;
    }

    /** Returns what a handshake with this node tells its peer. */
    private PeerInfo infoFor(Member peer) {
      return new PeerInfo(node.name(), node.creation(), offered(), offered().and(peer.offered()));
    }

    private DistFlags offered() {
      return (hidden ? DistFlags.OFFERED_HIDDEN : DistFlags.OFFERED_PUBLISHED)
          .or(DistFlags.CALL_DEADLINES);
    }

    @Override
    public @Nullable PeerSession liveSession(Atom peer) {
      Direction present = out.get(peer);
      return present == null ? null : present.session;
    }

    @Override
    public Set<Atom> peers() {
      return new LinkedHashSet<>(out.keySet());
    }

    @Override
    public boolean disconnect(Atom peer) {
      Direction here = out.remove(peer);
      Member other = members.get(peer);
      Direction there = other == null ? null : other.out.remove(node.name());
      if (here != null) {
        here.end();
      }
      if (there != null) {
        there.end();
      }
      return here != null;
    }

    @Override
    public int port() {
      return 0;
    }

    @Override
    public void close() {
      peers().forEach(this::disconnect);
      members.remove(node.name());
    }
  }

  /** What one node sends another over one connection. */
  private final class Direction implements PeerChannel {
    final PeerSession session;
    private final Member from;
    private final ArrayDeque<Control> underWay = new ArrayDeque<>();
    private @Nullable Direction opposite;
    private boolean up;
    private boolean scheduled;
    private boolean ended;

    Direction(Member from, Atom peer) {
      this.from = from;
      session = from.node.newSession(peer, this);
    }

    /** The connection goes up at this end, when the one before has ended here. */
    void riseWhenFree() {
      Direction there = opposite;
      if (!ended && there != null && !from.ending.containsKey(session.peer())) {
        up = true;
        session.up(there.from.infoFor(from));
        there.schedule();
      }
    }

    @Override
    public void send(Control signal) {
      if (!ended) {
        underWay.add(signal);
        schedule();
      }
    }

    private void schedule() {
      if (!scheduled && !underWay.isEmpty() && opposite != null && opposite.up) {
        scheduled = true;
        scheduler.execute(this::deliverOne);
      }
    }

    private void deliverOne() {
      scheduled = false;
      Control signal = underWay.poll();
      Direction receiver = opposite;
      if (signal == null || receiver == null || receiver.ended) {
        return;
      }
      receiver.session.receive(signal);
      schedule();
    }

    void end() {
      ended = true;
      underWay.clear();
      from.ending.put(session.peer(), this);
      scheduler.execute(this::close);
    }

    private void close() {
      session.close(NodeDownReason.CONNECTION_CLOSED, "the simulation cut it");
      if (from.ending.remove(session.peer(), this)) {
        Direction next = from.out.get(session.peer());
        if (next != null) {
          next.riseWhenFree();
        }
      }
    }

    @Override
    public void close(String why) {
      scheduler.execute(() -> {
        if (from.out.get(session.peer()) == this) {
          cut(from.node.name(), session.peer());
        }
      });
    }
  }
}
