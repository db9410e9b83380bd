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

/** One process spawns all; each gets a message and ends. */
record Spawn(Node node) implements Workload {
  private enum Go {
    GO
  }

  private record Child(CountDownLatch ended) implements Behavior<Go> {
    @Override
    public void message(Self<Go> self, Go go) {
      ended.countDown();
      self.stop(ExitReason.NORMAL);
    }
  }

  private static final class Parent implements Behavior<Go> {
    private final Blueprint<Go> child;
    private int left;

    Parent(Blueprint<Go> child, int left) {
      this.child = child;
      this.left = left;
    }

    @Override
    public void message(Self<Go> self, Go go) {
      for (int i = 0; i < LocalRows.BATCH && left > 0; i++, left--) {
        self.spawn(child).tell(go);
      }
      if (left > 0) {
        self.address().tell(go);
      } else {
        self.stop(ExitReason.NORMAL);
      }
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var ended = new CountDownLatch(ops);
    Blueprint<Go> child = Blueprint.of("child", () -> new Child(ended));
    Address<Go> parent = node.spawn(Blueprint.of("parent", () -> new Parent(child, ops)));
    return Stopwatch.until(ended, () -> parent.tell(Go.GO));
  }
}
