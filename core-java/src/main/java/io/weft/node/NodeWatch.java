package io.weft.node;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells a listener once of the end of one connection. */
final class NodeWatch implements NodeMonitor, Consumer<NodeEvent.Down> {
  private final Consumer<? super NodeEvent.Down> listener;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable PeerSession session;

  NodeWatch(Consumer<? super NodeEvent.Down> listener) {
    this.listener = listener;
  }

  /** Watches a session; false if it is closed. */
  boolean begin(PeerSession watched) {
    session = watched;
    return watched.watch(this);
  }

  @Override
  public void accept(NodeEvent.Down down) {
    if (over.compareAndSet(false, true)) {
      listener.accept(down);
    }
  }

  @Override
  public void close() {
    over.set(true);
    PeerSession watched = session;
    if (watched != null) {
      watched.unwatch(this);
    }
  }
}
