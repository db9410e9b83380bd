package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Term;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls from outside of processes: from a main method, a web handler, a test. Inside a process use
 * {@link Self#call}.
 *
 * <p>A short-lived process makes each call, so it is a call like any other: {@code noproc} at once
 * when nobody is there, the server's own reason when it ends meanwhile, and no late reply left
 * behind after a timeout.
 */
public final class Weft {
  private Weft() {}

  /**
   * Calls a server and waits for its reply.
   *
   * @throws CallException if there is none, for whatever reason
   * @throws IllegalStateException inside a process, which must not block
   */
  public static <R, Q extends Request<R>> R call(
      Address<? super Q> server, Q request, Duration within) {
    server.node().refuseToBlock("Weft.call");
    return join(server.node(), callAsync(server, request, within));
  }

  /**
   * Calls a server; the future completes with the reply, or exceptionally with a {@link
   * CallException}. To cancel the future ends the call.
   */
  public static <R, Q extends Request<R>> CompletableFuture<R> callAsync(
      Address<? super Q> server, Q request, @Nullable Duration within) {
    return callOutside(server.node(), (self, then) -> self.call(server, request, within, then));
  }

  /** Calls a server that speaks terms and waits for its reply. Errors as {@link #call}. */
  public static Term callTerm(Address<Term> server, Term request, Duration within) {
    server.node().refuseToBlock("Weft.callTerm");
    return join(server.node(), callTermAsync(server, request, within));
  }

  /** Calls a server that speaks terms; completes as {@link #callAsync}. */
  public static CompletableFuture<Term> callTermAsync(
      Address<Term> server, Term request, @Nullable Duration within) {
    return callOutside(server.node(), (self, then) -> self.callTerm(server, request, within, then));
  }

  /**
   * Asks another node for a process and waits for it.
   *
   * @throws SpawnException if there is none
   * @throws IllegalArgumentException if it is to be linked or monitored, by a thread
   */
  public static Pid spawn(Node node, RemoteSpawn wish) {
    node.refuseToBlock("Weft.spawn");
    return join(node, spawnAsync(node, wish));
  }

  /**
   * Asks another node for a process; the future completes with its pid, or exceptionally with a
   * {@link SpawnException}. To cancel the future abandons the request.
   */
  public static CompletableFuture<Pid> spawnAsync(Node node, RemoteSpawn wish) {
    if (wish.linked() || wish.monitored()) {
      throw new IllegalArgumentException("a thread cannot be linked with " + wish);
    }
    return inProcess(
        node,
        "spawner",
        (self, pid) -> {
          var _ = self.spawnRequest(wish, result -> complete(pid, result));
        });
  }

  private static void complete(CompletableFuture<Pid> pid, SpawnResult result) {
    switch (result) {
      case SpawnResult.Ok ok -> pid.complete(ok.pid());
      case SpawnResult.Failed failed -> pid.completeExceptionally(failed.failure());
    }
  }

  /**
   * Runs {@code action} in a process of its own, which lives until the future that the action is
   * given is completed, as a rule in a later turn. Returns a future that completes the same way; to
   * cancel that ends the process.
   *
   * @param label what reports and logs call the process
   */
  public static <R> CompletableFuture<R> inProcess(
      Node node, String label, BiConsumer<Self<Void>, CompletableFuture<R>> action) {
    var result = new CompletableFuture<R>();
    spawnFor(result, node, Blueprint.of(label, () -> new OneAction<>(action, result)));
    return result;
  }

  /** Starts a process that is there for a result: to cancel that ends the process. */
  static void spawnFor(CompletableFuture<?> result, Node node, Blueprint<Void> blueprint) {
    Pid pid = node.spawn(blueprint).pid();
    var _ =
        result.whenComplete((_, _) -> {
          if (result.isCancelled() && pid != null) {
            node.exit(pid, ExitReason.SHUTDOWN);
          }
        });
  }

  /**
   * Waits for the end of a process, on any node; the future completes with the reason: {@code
   * noproc} at once if there is none, also while its slot is empty, {@code noconnection} if its
   * node is lost, or this one stops. To cancel the future ends the watch. Inside a process a
   * monitor does the same.
   *
   * @throws IllegalArgumentException if that is an alias, which cannot be watched
   */
  public static CompletableFuture<ExitReason> endAsync(Address<?> whom) {
    Target target = whom.target();
    if (target != null) {
      return EndWatch.begin(whom.node(), target);
    }
    if (whom.item() != null) {
      throw new IllegalArgumentException("an alias cannot be watched: " + whom);
    }
    return CompletableFuture.completedFuture(ExitReason.NOPROC);
  }

  /** Waits for the end of a process and returns the reason: see {@link #endAsync}. */
  public static ExitReason end(Address<?> whom) {
    whom.node().refuseToBlock("Weft.end");
    return join(whom.node(), endAsync(whom));
  }

  /**
   * Waits, in the time of the node, until a future is done or {@code within} is over; tells whether
   * it is done.
   *
   * @throws IllegalStateException inside a process that must not block
   */
  public static boolean await(Node node, CompletableFuture<?> event, Duration within) {
    node.refuseToBlock("Weft.await");
    PendingRequest.waitFor(node, event, within);
    return event.isDone();
  }

  /** Waits as the node has threads wait: on that of a simulation, the simulation goes on. */
  static <R> R join(Node node, CompletableFuture<R> reply) {
    node.seams().strands().await(reply);
    return join(reply);
  }

  static <R> R join(CompletableFuture<R> reply) {
    try {
      return reply.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  private static <R> CompletableFuture<R> callOutside(
      Node node, BiConsumer<Self<Void>, Consumer<CallResult<R>>> call) {
    return inProcess(
        node, "caller", (self, reply) -> call.accept(self, result -> complete(reply, result)));
  }

  private static <R> void complete(CompletableFuture<R> reply, CallResult<R> result) {
    switch (result) {
      case CallResult.Ok<R> ok -> reply.complete(ok.value());
      case CallResult.Failed<R> failed -> reply.completeExceptionally(failed.failure());
    }
  }

  /** Does one thing and ends. */
  private record OneAction<R>(
      BiConsumer<Self<Void>, CompletableFuture<R>> action, CompletableFuture<R> result)
      implements Behavior<Void> {
    @Override
    public void start(Self<Void> self) {
      var done = new CompletableFuture<R>();
      var _ =
          done.whenComplete((value, failure) -> {
            self.stop(ExitReason.NORMAL);
            if (failure == null) {
              result.complete(value);
            } else {
              result.completeExceptionally(failure);
            }
          });
      try {
        action.accept(self, done);
      } catch (RuntimeException refused) {
        done.completeExceptionally(refused);
      }
    }

    @Override
    public void message(Self<Void> self, Void message) {}

    @Override
    public void ended(Self<Void> self, ExitReason reason) {
      result.completeExceptionally(
          CallException.ended("a server, by a node that is stopping", reason));
    }
  }
}
