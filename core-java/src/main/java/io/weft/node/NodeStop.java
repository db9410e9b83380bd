package io.weft.node;

import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node stops: the steps that others have asked for, the last one first; the processes; the
 * network; what it ran on.
 *
 * <p>It runs on a strand and waits there only, with a timer where it waits for a time. So it takes
 * as long in the time of the node as the processes need, and a simulated node stops in its turns.
 */
final class NodeStop {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  /** How long processes may take to end before the node kills them, and then to be killed. */
  static final Duration GRACE = Duration.ofSeconds(10);

  private final Node node;
  private final CompletableFuture<Void> emptied;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /**
   * @param emptied completes when the last process has ended, once the node is stopping
   */
  NodeStop(Node node, CompletableFuture<Void> emptied) {
    this.node = node;
    this.emptied = emptied;
  }

  /** Begins to stop the node; completes when it has. */
  CompletableFuture<Void> begin(Iterable<Supplier<? extends CompletionStage<?>>> stepsBefore) {
    node.seams().strands().start("stop " + node.name(), () -> run(stepsBefore));
    return stopped;
  }

  private void run(Iterable<Supplier<? extends CompletionStage<?>>> stepsBefore) {
    try {
      stepsBefore.forEach(this::runStep);
      node.stopping();
      endProcesses();
      closeRest();
      stopped.complete(null);
    } catch (RuntimeException | Error failure) {
      stopped.completeExceptionally(failure);
    }
  }

  private void runStep(Supplier<? extends CompletionStage<?>> step) {
    try {
      CompletableFuture<?> done = step.get().toCompletableFuture();
      await(done);
      done.join();
    } catch (RuntimeException failure) {
      log.error("{} stops; a step before that failed", node, failure);
    }
  }

  private void endProcesses() {
    node.processes()
        .forEach(process -> {
          if (process.isRoot()) {
            node.router().exit(node.outside(), process.pid(), ExitReason.SHUTDOWN);
          }
        });
    if (!awaitEmptied()) {
      node.processes()
          .forEach(process -> node.router().exit(node.outside(), process.pid(), ExitReason.KILL));
      awaitEmptied();
    }
  }

  private boolean awaitEmptied() {
    if (node.processes().count() == 0) {
      return true;
    }
    var timeIsUp = new CompletableFuture<Void>();
    Timers.Timer timer = node.seams().timers().after(GRACE, () -> timeIsUp.complete(null));
    await(CompletableFuture.anyOf(emptied, timeIsUp));
    timer.cancel();
    return emptied.isDone();
  }

  private void await(CompletableFuture<?> done) {
    node.seams().strands().await(done);
  }

  private void closeRest() {
    try {
      Network network = node.network();
      if (network != null) {
        network.close();
      }
    } finally {
      if (node.ownsSeams()) {
        node.seams().close();
      }
      Observer observer = node.observer();
      if (observer != null) {
        observer.stopped(node);
      }
    }
  }
}
