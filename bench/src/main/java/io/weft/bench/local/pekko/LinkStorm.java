package io.weft.bench.local.pekko;

import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * An actor stops, and those who watch it with it. Pekko has no links; to watch an actor and stop
 * when it has is what it calls a death pact.
 */
record LinkStorm(Actors actors) implements Workload {
  private enum Die {
    DIE
  }

  private static Behavior<Die> watcher(
      ActorRef<Die> hub, CountDownLatch started, CountDownLatch ended) {
    return Behaviors.setup(context -> {
      context.watch(hub);
      started.countDown();
      return Behaviors.receiveSignal((_, signal) -> {
        if (signal instanceof PostStop) {
          ended.countDown();
        }
        return signal instanceof Terminated ? Behaviors.stopped() : Behaviors.same();
      });
    });
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var started = new CountDownLatch(ops);
    var ended = new CountDownLatch(ops);
    ActorRef<Die> hub = actors.spawn(Behaviors.receiveMessage(_ -> Behaviors.stopped()));
    var watchers = new Crowd(actors, watcher(hub, started, ended), ops);
    started.await();
    long took = Stopwatch.until(ended, () -> hub.tell(Die.DIE));
    watchers.stop();
    return took;
  }
}
