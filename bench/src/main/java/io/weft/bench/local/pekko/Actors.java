package io.weft.bench.local.pekko;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** An actor system, configured as it comes, that spawns for threads outside of it. */
final class Actors implements AutoCloseable {
  private interface Task extends Consumer<ActorContext<Task>> {}

  private final ActorSystem<Task> system =
      ActorSystem.create(
          Behaviors.receive((context, task) -> {
            task.accept(context);
            return Behaviors.same();
          }),
          "bench");

  /** Spawns a child of the guardian. */
  <T> ActorRef<T> spawn(Behavior<T> behavior) {
    var spawned = new CompletableFuture<ActorRef<T>>();
    system.tell(context -> spawned.complete(context.spawnAnonymous(behavior)));
    return spawned.join();
  }

  /** Returns an address of nobody. */
  <T> ActorRef<T> ignoring() {
    return system.ignoreRef();
  }

  @Override
  public void close() {
    system.terminate();
  }
}
