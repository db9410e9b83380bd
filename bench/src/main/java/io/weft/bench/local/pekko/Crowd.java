package io.weft.bench.local.pekko;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Very many actors of one behaviour. They have a parent for each thousand, as Pekko keeps children
 * in a tree that is copied with every change of the family.
 */
final class Crowd {
  private static final int FAMILY = 1_000;

  private enum Stop {
    STOP
  }

  private final List<ActorRef<Stop>> parents = new ArrayList<>();
  private final CountDownLatch stopped;

  /** Spawns them; when this returns they may still be starting. */
  Crowd(Actors actors, Behavior<?> behavior, int size) throws InterruptedException {
    int families = Math.ceilDiv(size, FAMILY);
    stopped = new CountDownLatch(families);
    var spawned = new CountDownLatch(families);
    for (int i = 0; i < families; i++) {
      int children = Math.min(FAMILY, size - i * FAMILY);
      parents.add(actors.spawn(parent(behavior, children, spawned)));
    }
    spawned.await();
  }

  private Behavior<Stop> parent(Behavior<?> child, int children, CountDownLatch spawned) {
    return Behaviors.setup(context -> {
      for (int i = 0; i < children; i++) {
        context.spawnAnonymous(child);
      }
      spawned.countDown();
      return Behaviors.receive(Stop.class)
          .onMessage(Stop.class, _ -> Behaviors.stopped())
          .onSignal(PostStop.class, _ -> stoppedOne())
          .build();
    });
  }

  private Behavior<Stop> stoppedOne() {
    stopped.countDown();
    return Behaviors.same();
  }

  /** Stops them and waits until all have. */
  void stop() throws InterruptedException {
    parents.forEach(parent -> parent.tell(Stop.STOP));
    stopped.await();
  }
}
