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
   * The same for a signal of which is known how much it weighs, encoded.
   *
   * @param bytes about its size
   */
  default void send(Control signal, long bytes) {
    send(signal);
  }

  /** Tells whether so much is queued that senders should wait. Any thread. */
  default boolean isBusy() {
    return false;
  }

  /**
   * Runs {@code then} once, as soon as the channel is not busy or is closed; maybe at once, and in
   * any thread: it must neither block nor fail.
   */
  default void whenRoom(Runnable then) {
    then.run();
  }

  /**
   * Closes the connection, for a reason to log. The network then closes the session. Any thread;
   * idempotent.
   */
  void close(String why);
}
