package io.weft.bench.local.pekko;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** A token goes round. */
record Ring(Actors actors) implements Workload {
  private sealed interface Message {
    record Join(ActorRef<Message> next) implements Message {}

    /**
     * @param hops how many are left; when there are none it goes round once more and ends all
     */
    record Token(int hops) implements Message {}
  }

  private static final class Member {
    private final CountDownLatch done;
    private @Nullable ActorRef<Message> next;

    Member(CountDownLatch done) {
      this.done = done;
    }

    Behavior<Message> receive(Message message) {
      return switch (message) {
        case Message.Join join -> {
          next = join.next();
          yield Behaviors.same();
        }
        case Message.Token token -> pass(token.hops());
      };
    }

    private Behavior<Message> pass(int hops) {
      if (hops == 0) {
        done.countDown();
      }
      if (next != null && hops > -LocalRows.RING_SIZE) {
        next.tell(new Message.Token(hops - 1));
      }
      return hops <= 0 ? Behaviors.stopped() : Behaviors.same();
    }
  }

  private ActorRef<Message> spawn(CountDownLatch done) {
    return actors.spawn(Behaviors.receiveMessage(new Member(done)::receive));
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(1);
    ActorRef<Message> first = spawn(done);
    ActorRef<Message> last = first;
    for (int i = 1; i < LocalRows.RING_SIZE; i++) {
      ActorRef<Message> next = spawn(done);
      last.tell(new Message.Join(next));
      last = next;
    }
    last.tell(new Message.Join(first));
    return Stopwatch.until(done, () -> first.tell(new Message.Token(ops - 1)));
  }
}
