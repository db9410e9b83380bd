package io.weft.node;

import io.weft.term.Atom;
import io.weft.wire.control.Control;
import io.weft.wire.handshake.DistFlags;
import io.weft.wire.handshake.PeerInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Two or more nodes of one test, joined without a wire: signals go from session to session as the
 * objects they are, in order, each direction on its own. A cut closes both sides, losing what was
 * under way.
 */
public final class DirectNetwork {
  private final Map<Atom, Member> members = new ConcurrentHashMap<>();

  public Node start(String name) {
    return start(NodeOptions.builder(name).hidden(true)); // no services of a cluster besides
  }

  public Node start(NodeOptions.Builder options) {
    return Node.start(
        options.networkProvider((node, given) -> new Member(node, given.hidden())).build());
  }

  /** Cuts the connection between two nodes; the next signal connects them again. */
  public void cut(Node one, Node other) {
    member(one).disconnect(other.name());
  }

  PeerSession session(Node from, Node to) {
    return member(from).session(to.name());
  }

  private Member member(Node node) {
    return members.get(node.name());
  }

  private final class Member implements Network {
    private final Node node;
    private final boolean hidden;
    private final Map<Atom, Pipe> pipes = new HashMap<>();

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
      synchronized (members) {
        Pipe pipe = pipes.get(peer);
        return pipe != null ? pipe.session : connect(peer);
      }
    }

    private PeerSession connect(Atom peer) {
      Member other = members.get(peer);
      if (other == null) {
        PeerSession unreachable = node.newSession(peer, new Pipe(node, peer));
        unreachable.close();
        return unreachable;
      }
      Pipe there = new Pipe(node, peer);
      Pipe back = new Pipe(other.node, node.name());
      there.opposite = back;
      back.opposite = there;
      pipes.put(peer, there);
      other.pipes.put(node.name(), back);
      there.session.up(other.infoFor(this));
      back.session.up(infoFor(other));
      return there.session;
    }

    /** What a handshake with this node tells its peer. */
    private PeerInfo infoFor(Member peer) {
      return new PeerInfo(node.name(), node.creation(), offered(), offered().and(peer.offered()));
    }

    private DistFlags offered() {
      return hidden ? DistFlags.OFFERED_HIDDEN : DistFlags.OFFERED_PUBLISHED;
    }

    @Override
    public @Nullable PeerSession liveSession(Atom peer) {
      synchronized (members) {
        Pipe pipe = pipes.get(peer);
        return pipe == null ? null : pipe.session;
      }
    }

    @Override
    public Set<Atom> peers() {
      synchronized (members) {
        return Set.copyOf(pipes.keySet());
      }
    }

    @Override
    public boolean disconnect(Atom peer) {
      Pipe here;
      Pipe there;
      synchronized (members) {
        here = pipes.remove(peer);
        Member other = members.get(peer);
        there = other == null ? null : other.pipes.remove(node.name());
      }
      if (here != null) {
        here.session.close();
      }
      if (there != null) {
        there.session.close();
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

  /**
   * One direction; a turn on the sender's scheduler empties it, so no session calls another under
   * its lock.
   */
  private static final class Pipe implements PeerChannel {
    final PeerSession session;
    private final Node node;
    private final Deque<Control> queue = new ArrayDeque<>();
    private boolean running;
    private Pipe opposite = this;

    Pipe(Node node, Atom peer) {
      this.node = node;
      this.session = node.newSession(peer, this);
    }

    @Override
    public synchronized void send(Control signal) {
      queue.add(signal);
      if (!running) {
        running = true;
        node.seams().scheduler().execute(this::empty);
      }
    }

    private void empty() {
      for (Control signal = next(); signal != null; signal = next()) {
        opposite.session.receive(signal);
      }
    }

    private synchronized @Nullable Control next() {
      Control signal = queue.poll();
      running = signal != null;
      return signal;
    }

    @Override
    public void close(String why) {}
  }
}
