package io.weft.bench.local.pekko;

import io.weft.bench.worker.HeapScale;
import io.weft.bench.worker.Workload;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Actors of one stateless behaviour that wait for ever. */
record Idle(Actors actors) implements Workload {
  private static final Behavior<Object> SLEEPER = Behaviors.receiveMessage(_ -> Behaviors.same());

  @Override
  public long run(int ops) throws InterruptedException {
    return HeapScale.weigh(() -> new Crowd(actors, SLEEPER, ops), Crowd::stop);
  }
}
