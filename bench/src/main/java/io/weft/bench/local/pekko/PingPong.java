package io.weft.bench.local.pekko;

import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Pairs of actors hit a ball back and forth. */
record PingPong(Actors actors, int pairs) implements Workload {
  private record Ball(ActorRef<Ball> hitBy, int hitsLeft) {}

  private static Behavior<Ball> player(CountDownLatch landed) {
    return Behaviors.receive((context, ball) -> {
      if (ball.hitsLeft == 0) {
        landed.countDown();
      } else {
        ball.hitBy.tell(new Ball(context.getSelf(), ball.hitsLeft - 1));
      }
      return ball.hitsLeft <= 1 ? Behaviors.stopped() : Behaviors.same();
    });
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var landed = new CountDownLatch(pairs);
    var left = new ArrayList<ActorRef<Ball>>();
    var right = new ArrayList<ActorRef<Ball>>();
    for (int i = 0; i < pairs; i++) {
      left.add(actors.spawn(player(landed)));
      right.add(actors.spawn(player(landed)));
    }
    return Stopwatch.until(
        landed,
        () -> {
          for (int i = 0; i < pairs; i++) {
            left.get(i).tell(new Ball(right.get(i), ops / pairs - 1));
          }
        });
  }
}
