package io.weft.node;

import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that was sent and not yet answered: the request id of {@code gen_server:send_request}.
 *
 * <p>There is an answer in the end unless it is {@linkplain #abandon abandoned}: the reply, or why
 * there is none. It may be asked for as often as one likes.
 *
 * @param <R> the type of the reply
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_server.html#send_request/2">OTP, module
 *     gen_server</a>
 */
public final class PendingRequest<R> {
  private final Node node;
  private final CompletableFuture<R> reply;
  private final CompletableFuture<CallResult<R>> result = new CompletableFuture<>();

  private PendingRequest(Node node, CompletableFuture<R> reply) {
    this.node = node;
    this.reply = reply;
  }

  /** Sends a request from outside of processes. */
  public static <R, Q extends Request<R>> PendingRequest<R> send(
      Address<? super Q> server, Q request) {
    var pending = new PendingRequest<R>(server.node(), Weft.callAsync(server, request, null));
    var _ = pending.reply.whenComplete(pending::finish);
    return pending;
  }

  /** Sends a request in the name of a process, in order with all else it sends to the server. */
  public static <R, Q extends Request<R>> PendingRequest<R> send(
      Self<?> self, Address<? super Q> server, Q request) {
    var pending = new PendingRequest<R>(self.node(), new CompletableFuture<>());
    self.<R, Q>call(server, request, null, pending::finish);
    return pending;
  }

  private void finish(@Nullable R value, @Nullable Throwable failure) {
    if (value != null) {
      finish(new CallResult.Ok<>(value));
    } else if (failure instanceof CallException why) {
      finish(new CallResult.Failed<>(why));
    } else if (failure != null) {
      finish(new CallResult.Failed<>(CallException.refused("a server", failure.toString())));
    }
  }

  private void finish(CallResult<R> outcome) {
    result.complete(outcome);
  }

  /** Returns the answer if it is there: {@code check_response}. */
  public Optional<CallResult<R>> check() {
    return result.isDone() && !result.isCancelled() ? Optional.of(result.join()) : Optional.empty();
  }

  /**
   * Waits for the answer: {@code wait_response}. Empty after {@code within}; it may still come.
   *
   * @throws IllegalStateException inside a process that must not block
   */
  public Optional<CallResult<R>> await(Duration within) {
    node.refuseToBlock("PendingRequest.await");
    waitFor(node, result, within);
    return check();
  }

  /** As {@link #await}, but abandons the request after {@code within}: {@code receive_response}. */
  public Optional<CallResult<R>> receive(Duration within) {
    Optional<CallResult<R>> answer = await(within);
    if (answer.isEmpty()) {
      abandon();
    }
    return answer;
  }

  /** Gives up: an answer that comes later is dropped. */
  public void abandon() {
    result.cancel(false);
    reply.cancel(false);
  }

  /** Tells {@code then} the answer when it is there, on any thread. */
  void whenAnswered(Consumer<CallResult<R>> then) {
    var _ = result.thenAccept(then);
  }

  Node node() {
    return node;
  }

  /** Waits in the time of the node until {@code event} or {@code within}, whichever is first. */
  static void waitFor(Node node, CompletableFuture<?> event, Duration within) {
    var over = new CompletableFuture<Boolean>();
    Timers.Timer timer = node.seams().timers().after(within, () -> over.complete(true));
    node.seams().strands().await(CompletableFuture.anyOf(event.exceptionally(_ -> null), over));
    timer.cancel();
  }
}
