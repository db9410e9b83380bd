package io.weft.rpc;

import io.weft.node.Address;
import io.weft.node.Node;
import io.weft.node.Weft;
import io.weft.term.Atom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A call that was begun and whose result is asked for later: the request id of {@code
 * erpc:send_request}. Any thread, but those that wait must not be in a turn of a process.
 *
 * @param <R> the type of the value
 */
public final class RpcRequest<R> {
  private final Node node;
  private final CompletableFuture<RpcResult<R>> result;
  private final @Nullable Address<Caller.GiveUp> caller;

  RpcRequest(
      Node node, CompletableFuture<RpcResult<R>> result, @Nullable Address<Caller.GiveUp> caller) {
    this.node = node;
    this.result = result;
    this.caller = caller;
  }

  /** Returns the result if it is there: {@code check_response}. */
  public Optional<RpcResult<R>> check() {
    return Optional.ofNullable(result.getNow(null));
  }

  /** Waits for the result: {@code wait_response}. Empty after {@code within}; it may still come. */
  public Optional<RpcResult<R>> await(Duration within) {
    boolean _ = Weft.await(node, result, within);
    return check();
  }

  /**
   * Waits for the result, and gives the call up after {@code within}: {@code receive_response}.
   *
   * @throws RpcException if the function did not return; with {@code timeout} if it did not in time
   */
  public R receive(Duration within) {
    Optional<RpcResult<R>> answer = await(within);
    if (answer.isEmpty()) {
      abandon();
      throw RpcException.erpc(Atom.of("timeout"));
    }
    return answer.get().orThrow();
  }

  /** Gives the call up: the function runs on, and its result is nobody's. */
  public void abandon() {
    if (caller != null) {
      caller.tell(new Caller.GiveUp());
    }
  }

  /** Returns a stage that completes with the result, never exceptionally. */
  public CompletionStage<RpcResult<R>> stage() {
    return result.minimalCompletionStage();
  }
}
