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
    return join(callAsync(server, request, within));
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
    return join(callTermAsync(server, request, within));
  }

  /** Calls a server that speaks terms; completes as {@link #callAsync}. */
  public static CompletableFuture<Term> callTermAsync(
      Address<Term> server, Term request, @Nullable Duration within) {
    return callOutside(server.node(), (self, then) -> self.callTerm(server, request, within, then));
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
    var reply = new CompletableFuture<R>();
    Address<Void> caller = node.spawn(Blueprint.of("caller", () -> new Caller<>(call, reply)));
    var _ =
        reply.whenComplete((_, _) -> {
          if (reply.isCancelled() && caller.target() instanceof Target.ByPid(Pid pid)) {
            node.exit(pid, ExitReason.SHUTDOWN);
          }
        });
    return reply;
  }

  /** Makes one call and ends. */
  private record Caller<R>(
      BiConsumer<Self<Void>, Consumer<CallResult<R>>> call, CompletableFuture<R> reply)
      implements Behavior<Void> {
    @Override
    public void start(Self<Void> self) {
      try {
        call.accept(self, result -> finish(self, result));
      } catch (RuntimeException refused) {
        reply.completeExceptionally(refused);
        self.stop(ExitReason.NORMAL);
      }
    }

    private void finish(Self<Void> self, CallResult<R> result) {
      self.stop(ExitReason.NORMAL);
      switch (result) {
        case CallResult.Ok<R> ok -> reply.complete(ok.value());
        case CallResult.Failed<R> failed -> reply.completeExceptionally(failed.failure());
      }
    }

    @Override
    public void message(Self<Void> self, Void message) {}

    @Override
    public void ended(Self<Void> self, ExitReason reason) {
      reply.completeExceptionally(
          CallException.ended("a server, by a node that is stopping", reason));
    }
  }
}
