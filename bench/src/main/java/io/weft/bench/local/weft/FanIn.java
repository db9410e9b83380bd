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
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/** Many send to one as fast as they can. */
record FanIn(Node node) implements Workload {
  private record Item(int number) {}

  private enum Go {
    GO
  }

  private static final class Receiver implements Behavior<Item> {
    private final CountDownLatch done;
    private int missing;

    Receiver(CountDownLatch done, int missing) {
      this.done = done;
      this.missing = missing;
    }

    @Override
    public void message(Self<Item> self, Item item) {
      if (--missing == 0) {
        done.countDown();
        self.stop(ExitReason.NORMAL);
      }
    }
  }

  private static final class Sender implements Behavior<Go> {
    private final Address<Item> receiver;
    private int left;

    Sender(Address<Item> receiver, int left) {
      this.receiver = receiver;
      this.left = left;
    }

    @Override
    public void message(Self<Go> self, Go go) {
      for (int i = 0; i < LocalRows.BATCH && left > 0; i++) {
        receiver.tell(new Item(left--));
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
    var done = new CountDownLatch(1);
    int each = ops / LocalRows.SENDERS;
    Address<Item> receiver =
        node.spawn(Blueprint.of("receiver", () -> new Receiver(done, each * LocalRows.SENDERS)));
    var senders = new ArrayList<Address<Go>>();
    for (int i = 0; i < LocalRows.SENDERS; i++) {
      senders.add(node.spawn(Blueprint.of("sender", () -> new Sender(receiver, each))));
    }
    return Stopwatch.until(done, () -> senders.forEach(it -> it.tell(Go.GO)));
  }
}
