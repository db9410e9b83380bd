package io.weft.bench.local.pekko;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/**
 * Messages are handled past others that wait. The closest that Pekko has is a stash: what is not
 * wanted goes in, and each time the actor wants something new all of it is offered again.
 */
record SelectiveReceive(Actors actors) implements Workload {
  private sealed interface Message {
    record Wanted(int left) implements Message {}

    record Unwanted(int number) implements Message {}
  }

  private record Receiver(
      ActorContext<Message> context, StashBuffer<Message> stash, CountDownLatch done) {

    Behavior<Message> receive(Message message) {
      return switch (message) {
        case Message.Unwanted unwanted -> {
          stash.stash(unwanted);
          yield Behaviors.same();
        }
        case Message.Wanted wanted -> wanted(wanted.left());
      };
    }

    private Behavior<Message> wanted(int left) {
      if (left == 0) {
        done.countDown();
        return Behaviors.stopped();
      }
      context.getSelf().tell(new Message.Wanted(left - 1));
      return stash.unstashAll(Behaviors.receiveMessage(this::receive));
    }
  }

  private static Behavior<Message> receiver(CountDownLatch done) {
    return Behaviors.setup(context ->
        Behaviors.withStash(
            LocalRows.SKIPPED,
            stash -> Behaviors.receiveMessage(new Receiver(context, stash, done)::receive)));
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(1);
    ActorRef<Message> receiver = actors.spawn(receiver(done));
    for (int i = 0; i < LocalRows.SKIPPED; i++) {
      receiver.tell(new Message.Unwanted(i));
    }
    return Stopwatch.until(done, () -> receiver.tell(new Message.Wanted(ops)));
  }
}
