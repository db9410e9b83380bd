package io.weft.bench.local.weft;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Self;
import java.util.concurrent.CountDownLatch;

/** A process ends, and those it is linked to with it. */
record LinkStorm(Node node) implements Workload {
  private enum Go {
    LINK,
    DIE
  }

  private record Linked(CountDownLatch started, CountDownLatch ended) implements Behavior<Go> {
    @Override
    public void start(Self<Go> self) {
      started.countDown();
    }

    @Override
    public void message(Self<Go> self, Go go) {}

    @Override
    public void ended(Self<Go> self, ExitReason reason) {
      ended.countDown();
    }
  }

  private static final class Hub implements Behavior<Go> {
    private final Blueprint<Go> linked;
    private int left;

    Hub(Blueprint<Go> linked, int left) {
      this.linked = linked;
      this.left = left;
    }

    @Override
    public void message(Self<Go> self, Go go) {
      switch (go) {
        case LINK -> link(self);
        case DIE -> self.stop(ExitReason.SHUTDOWN);
      }
    }

    private void link(Self<Go> self) {
      for (int i = 0; i < LocalRows.BATCH && left > 0; i++, left--) {
        self.spawnLink(linked);
      }
      if (left > 0) {
        self.address().tell(Go.LINK);
      }
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var started = new CountDownLatch(ops);
    var ended = new CountDownLatch(ops);
    Blueprint<Go> linked = Blueprint.of("linked", () -> new Linked(started, ended));
    Address<Go> hub = node.spawn(Blueprint.of("hub", () -> new Hub(linked, ops)));
    hub.tell(Go.LINK);
    started.await();
    return Stopwatch.until(ended, () -> hub.tell(Go.DIE));
  }
}
