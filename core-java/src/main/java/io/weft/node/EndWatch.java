package io.weft.node;

import java.util.concurrent.CompletableFuture;

/** Waits for the end of one process, for somebody who is none. */
record EndWatch(Target whom, CompletableFuture<ExitReason> end) implements Behavior<Void> {
  @Override
  public void start(Self<Void> self) {
    var _ = self.monitor(whom);
  }

  @Override
  public void message(Self<Void> self, Void message) {}

  @Override
  public void info(Self<Void> self, Info info) {
    if (info instanceof Info.Down down) {
      end.complete(down.reason());
      self.stop(ExitReason.NORMAL);
    }
  }

  @Override
  public void ended(Self<Void> self, ExitReason reason) {
    end.complete(ExitReason.NOCONNECTION); // unless it knows better, its node is stopping
  }

  /** Begins to wait; to cancel the future ends the watch. */
  static CompletableFuture<ExitReason> begin(Node node, Target whom) {
    var end = new CompletableFuture<ExitReason>();
    Weft.spawnFor(end, node, Blueprint.of("watch", () -> new EndWatch(whom, end)));
    return end;
  }
}
