package io.weft.node;

import io.weft.term.Atom;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a node to its peers, as the node sees them. Implemented by the network module;
 * callable from any thread; never blocks, except {@link #open} and {@link #close}.
 */
public interface Network extends AutoCloseable {
  /**
   * Brings the node on the network: when this returns, peers can reach it. Called once, when {@link
   * Node#network} answers already, so that signals of the first peer find their way back. Blocks
   * until done.
   *
   * @throws NodeStartException if the node cannot be reached by others: its name is in use, its
   *     port is taken
   */
  void open();

  /**
   * Returns the session with {@code peer}; where there is none, begins to connect and returns one
   * whose signals wait. It is closed with {@code noconnection} if the connection cannot be made. A
   * closed session is never returned twice.
   */
  PeerSession session(Atom peer);

  /** Returns the session with {@code peer} if it is live or being made, else null. */
  @Nullable PeerSession liveSession(Atom peer);

  /** Returns the names of the peers connected now, hidden ones included. */
  Set<Atom> peers();

  /**
   * Returns what the connection with a peer has carried; null if there is none, or the network does
   * not count.
   */
  default @Nullable PeerStatistics statistics(Atom peer) {
    return null;
  }

  /** Closes the connection with a peer; false if there was none. */
  boolean disconnect(Atom peer);

  /** Returns the port the node listens on. */
  int port();

  /**
   * Sends what is queued, closes every connection and stops listening. Blocks until done.
   * Idempotent; also undoes an {@link #open} that failed.
   */
  @Override
  void close();
}
