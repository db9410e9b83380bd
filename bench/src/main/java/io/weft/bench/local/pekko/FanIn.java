package io.weft.bench.local.pekko;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Many send to one as fast as they can. */
record FanIn(Actors actors) implements Workload {
  private record Item(int number) {}

  private enum Go {
    GO
  }

  private static final class Receiver {
    private final CountDownLatch done;
    private int missing;

    Receiver(CountDownLatch done, int missing) {
      this.done = done;
      this.missing = missing;
    }

    Behavior<Item> receive(Item item) {
      if (--missing > 0) {
        return Behaviors.same();
      }
      done.countDown();
      return Behaviors.stopped();
    }
  }

  private static final class Sender {
    private final ActorRef<Item> receiver;
    private int left;

    Sender(ActorRef<Item> receiver, int left) {
      this.receiver = receiver;
      this.left = left;
    }

    Behavior<Go> send(ActorContext<Go> context, Go go) {
      for (int i = 0; i < LocalRows.BATCH && left > 0; i++) {
        receiver.tell(new Item(left--));
      }
      if (left == 0) {
        return Behaviors.stopped();
      }
      context.getSelf().tell(go);
      return Behaviors.same();
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(1);
    int each = ops / LocalRows.SENDERS;
    ActorRef<Item> receiver =
        actors.spawn(
            Behaviors.receiveMessage(new Receiver(done, each * LocalRows.SENDERS)::receive));
    var senders = new ArrayList<ActorRef<Go>>();
    for (int i = 0; i < LocalRows.SENDERS; i++) {
      senders.add(actors.spawn(Behaviors.receive(new Sender(receiver, each)::send)));
    }
    return Stopwatch.until(done, () -> senders.forEach(it -> it.tell(Go.GO)));
  }
}
