package io.weft.node;

import io.weft.wire.control.Control;

/** The way out to one peer: what the network gives a {@link PeerSession}. */
public interface PeerChannel {
  /**
   * Queues a signal for the peer, in the order of the calls; before the connection is ready it
   * waits there. After the channel is closed it is dropped. Any thread; never blocks.
   */
  void send(Control signal);

  /**
   * Closes the connection, for a reason to log. The network then closes the session. Any thread;
   * idempotent.
   */
  void close(String why);
}
