package io.weft.bench.local.weft;

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
  private enum Die {
    DIE
  }

  private record Linked(CountDownLatch started, CountDownLatch ended) implements Behavior<Die> {
    @Override
    public void start(Self<Die> self) {
      started.countDown();
    }

    @Override
    public void message(Self<Die> self, Die die) {}

    @Override
    public void ended(Self<Die> self, ExitReason reason) {
      ended.countDown();
    }
  }

  private record Hub(Blueprint<Die> linked, int links) implements Behavior<Die> {
    @Override
    public void start(Self<Die> self) {
      for (int i = 0; i < links; i++) {
        self.spawnLink(linked);
      }
    }

    @Override
    public void message(Self<Die> self, Die die) {
      self.stop(ExitReason.SHUTDOWN);
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var started = new CountDownLatch(ops);
    var ended = new CountDownLatch(ops);
    Blueprint<Die> linked = Blueprint.of("linked", () -> new Linked(started, ended));
    Address<Die> hub = node.spawn(Blueprint.of("hub", () -> new Hub(linked, ops)));
    started.await();
    return Stopwatch.until(ended, () -> hub.tell(Die.DIE));
  }
}
