package io.weft.bench.local.weft;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import io.weft.node.Address;
import io.weft.node.BlockingSelf;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import java.util.concurrent.CountDownLatch;

/** A straight-line body receives past messages that stay in its mailbox. */
record SelectiveReceive(Node node) implements Workload {
  private sealed interface Message {
    record Wanted(int left) implements Message {}

    record Unwanted(int number) implements Message {}
  }

  private static void receiveAll(BlockingSelf<Message> self) {
    for (int left = receiveWanted(self); left > 0; left = receiveWanted(self)) {
      self.send(self.address(), new Message.Wanted(left - 1));
    }
  }

  private static int receiveWanted(BlockingSelf<Message> self) {
    return self.select(on -> on.message(Message.Wanted.class, Message.Wanted::left));
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(1);
    Address<Message> receiver =
        node.spawn(
            Blueprint.straightLine(
                "receiver",
                self -> {
                  receiveAll(self);
                  done.countDown();
                }));
    for (int i = 0; i < LocalRows.SKIPPED; i++) {
      receiver.tell(new Message.Unwanted(i));
    }
    return Stopwatch.until(done, () -> receiver.tell(new Message.Wanted(ops)));
  }
}
