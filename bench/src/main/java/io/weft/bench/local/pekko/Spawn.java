package io.weft.bench.local.pekko;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** One actor spawns all, as its children; each gets a message and stops. */
record Spawn(Actors actors) implements Workload {
  private enum Go {
    GO,
    STOP
  }

  private static Behavior<Go> child(CountDownLatch ended) {
    return Behaviors.receiveMessage(_ -> {
      ended.countDown();
      return Behaviors.stopped();
    });
  }

  private static final class Parent {
    private final Behavior<Go> child;
    private int left;

    Parent(Behavior<Go> child, int left) {
      this.child = child;
      this.left = left;
    }

    /** Goes on living until told: its end would be that of children yet without their message. */
    Behavior<Go> spawn(ActorContext<Go> context, Go go) {
      if (go == Go.STOP) {
        return Behaviors.stopped();
      }
      for (int i = 0; i < LocalRows.BATCH && left > 0; i++, left--) {
        context.spawnAnonymous(child).tell(go);
      }
      if (left > 0) {
        context.getSelf().tell(go);
      }
      return Behaviors.same();
    }
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var ended = new CountDownLatch(ops);
    ActorRef<Go> parent = actors.spawn(Behaviors.receive(new Parent(child(ended), ops)::spawn));
    long took = Stopwatch.until(ended, () -> parent.tell(Go.GO));
    parent.tell(Go.STOP);
    return took;
  }
}
