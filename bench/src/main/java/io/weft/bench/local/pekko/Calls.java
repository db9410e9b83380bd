package io.weft.bench.local.pekko;

import io.weft.bench.worker.Stopwatch;
import io.weft.bench.worker.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Actors ask one actor, each as soon as it has its answer. */
record Calls(Actors actors, int callers) implements Workload {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private record Ask(int number, ActorRef<Answer> replyTo) {}

  private record Answer(int number) {}

  /** How many asks are left, counting the one to come. */
  private record Next(int left) {}

  private static Behavior<Ask> server() {
    return Behaviors.receiveMessage(ask -> {
      if (ask.number == 0) {
        return Behaviors.stopped();
      }
      ask.replyTo.tell(new Answer(ask.number));
      return Behaviors.same();
    });
  }

  private static Behavior<Next> caller(ActorRef<Ask> server, CountDownLatch done) {
    return Behaviors.receive((context, next) -> {
      if (next.left == 0) {
        done.countDown();
        return Behaviors.stopped();
      }
      ask(context, server, next.left);
      return Behaviors.same();
    });
  }

  private static void ask(ActorContext<Next> context, ActorRef<Ask> server, int number) {
    context.ask(
        Answer.class,
        server,
        TIMEOUT,
        replyTo -> new Ask(number, replyTo),
        (answer, failure) -> {
          if (failure != null) {
            throw new IllegalStateException(failure);
          }
          return new Next(answer.number - 1);
        });
  }

  @Override
  public long run(int ops) throws InterruptedException {
    var done = new CountDownLatch(callers);
    ActorRef<Ask> server = actors.spawn(server());
    var all = new ArrayList<ActorRef<Next>>();
    for (int i = 0; i < callers; i++) {
      all.add(actors.spawn(caller(server, done)));
    }
    long took = Stopwatch.until(done, () -> all.forEach(it -> it.tell(new Next(ops / callers))));
    server.tell(new Ask(0, actors.ignoring()));
    return took;
  }
}
