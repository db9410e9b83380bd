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
import org.jspecify.annotations.Nullable;

/** A token goes round. */
record Ring(Node node) implements Workload {
  private sealed interface Message {
    record Join(Address<Message> next) implements Message {}

    /**
     * @param hops how many are left; when there are none it goes round once more and ends all
     */
    record Token(int hops) implements Message {}
  }

  private static final class Member implements Behavior<Message> {
    private final CountDownLatch done;
    private @Nullable Address<Message> next;

    Member(CountDownLatch done) {
      this.done = done;
    }

    @Override
    public void message(Self<Message> self, Message message) {
      switch (message) {
        case Message.Join join -> next = join.next();
        case Message.Token token -> pass(self, token.hops());
      }
    }

    private void pass(Self<Message> self, int hops) {
      if (hops == 0) {
        done.countDown();
      }
      if (hops <= 0) {
        self.stop(ExitReason.NORMAL);
      }
      if (next != null && hops > -LocalRows.RING_SIZE) {
        next.tell(new Message.Token(hops - 1));
      }
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(1);
    var member = Blueprint.of("member", () -> new Member(done));
    Address<Message> first = node.spawn(member);
    Address<Message> last = first;
    for (int i = 1; i < LocalRows.RING_SIZE; i++) {
      Address<Message> next = node.spawn(member);
      last.tell(new Message.Join(next));
      last = next;
    }
    last.tell(new Message.Join(first));
    return Stopwatch.until(done, () -> first.tell(new Message.Token(ops - 1)));
  }
}
