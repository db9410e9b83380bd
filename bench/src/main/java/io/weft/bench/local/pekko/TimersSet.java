package io.weft.bench.local.pekko;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** An actor schedules messages to itself, all of which are pending before it cancels the first. */
record TimersSet(Actors actors) implements Workload {
  private enum Go {
    GO
  }

  private static Behavior<Go> setter(int count, CountDownLatch done) {
    return Behaviors.receive((context, go) -> {
      var timers = new Cancellable[count];
      for (int i = 0; i < count; i++) {
        timers[i] =
            context.scheduleOnce(
                Duration.ofMillis(LocalRows.timerMillis(i)), context.getSelf(), go);
      }
      for (Cancellable timer : timers) {
        timer.cancel();
      }
      done.countDown();
      return Behaviors.stopped();
    });
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(1);
    ActorRef<Go> setter = actors.spawn(setter(ops, done));
    return Stopwatch.until(done, () -> setter.tell(Go.GO));
  }
}
