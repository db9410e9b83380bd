package io.weft.node;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings what happens to nodes to a process, as messages of its protocol. They are made in its
 * turns, and stand in its mailbox in the order in which they came among all other signals.
 */
final class NodeNews<M, E extends NodeEvent> implements NodeMonitor, Consumer<E> {
  private final Process<M> process;
  private final Function<? super E, ? extends M> message;
  private volatile boolean closed;
  private volatile @Nullable NodeMonitor source;

  NodeNews(Process<M> process, Function<? super E, ? extends M> message) {
    this.process = process;
    this.message = message;
  }

  /** In a turn of the process: the news come from there. */
  NodeMonitor from(NodeMonitor source) {
    this.source = source;
    process.extras().abroad().keep(this);
    return this;
  }

  @Override
  public void accept(E event) {
    process.node().router().deliver(process, new Signal.Request(() -> take(event), () -> {}));
  }

  private void take(E event) {
    if (closed) {
      return;
    }
    if (event instanceof NodeEvent.Down && source instanceof NodeWatch) {
      process.extras().abroad().drop(this);
    }
    process.guard(() -> process.enqueue(new Message.Plain(message.apply(event))));
  }

  @Override
  public void close() {
    closed = true;
    NodeMonitor told = source;
    if (told != null) {
      told.close();
    }
    if (process.isMyTurn() && process.extras != null) {
      process.extras.abroad().drop(this);
    }
  }
}
