package io.weft.rpc;

import io.weft.node.Address;
import io.weft.node.Node;
import io.weft.node.RemoteSpawn;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions on other nodes, and tells apart whatever may come of it: OTP's {@code erpc}. On
 * an OTP node any exported function can be called; on a Weft node those it provides, see {@link
 * io.weft.node.Functions}. The own node may be called too.
 *
 * <pre>{@code
 * Term words = Erpc.call(node, "db@host", Mfa.of("string", "lexemes", text, space), second);
 * }</pre>
 *
 * <p>The functions that wait are for threads outside of processes. Inside a process use {@link
 * #call(Self, String, Mfa, Duration, Consumer)}.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/erpc.html">OTP, module erpc</a>
 */
public final class Erpc {
  private Erpc() {}

  // --- call --------------------------------------------------------------------------------------

  /**
   * Calls a function and waits for its value.
   *
   * @throws RpcException if there is none
   */
  public static Term call(Node node, String on, Mfa function, Duration within) {
    return sendRequest(node, on, function, within).receive(FOR_EVER);
  }

  /**
   * Calls a function in the types of a protocol and waits for its value.
   *
   * @param codec makes {@code {Module, Function, Arguments}} of the request
   * @throws RpcException if there is no value
   * @throws TermMappingException if the value is none of the protocol
   */
  public static <R, Q extends Request<R>> R call(
      Node node, String on, TermCodec<? super Q> codec, Q request, Duration within) {
    return decode(node, codec, request, call(node, on, Mfa.of(codec.encode(request)), within));
  }

  /**
   * Returns what a value means as the reply to a request, at the node that takes it in.
   *
   * @throws TermMappingException if the value is none of the protocol
   */
  public static <R, Q extends Request<R>> R decode(
      Node node, TermCodec<? super Q> codec, Q request, Term value) {
    return own(node, codec, request, value);
  }

  /** The codec answers for the type: {@code Q} is a request for an {@code R}. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <R, M, Q extends M> R own(Node node, TermCodec<M> codec, Q request, Term value) {
    return (R) codec.decodeReply(request, value, node);
  }

  /**
   * Calls a function in the name of a process and goes on; {@code then} gets the result in a turn
   * of the process, exactly once. Its group leader is that of the process.
   *
   * @param within how long to wait; null for ever
   */
  public static void call(
      Self<?> self,
      String on,
      Mfa function,
      @Nullable Duration within,
      Consumer<RpcResult<Term>> then) {
    var _ =
        self.spawn(
            Caller.blueprint(
                Atom.of(on),
                function,
                within,
                self.pid(),
                result -> self.post(() -> then.accept(result))));
  }

  /**
   * As {@link #call(Self, String, Mfa, Duration, Consumer)}, in the types of a protocol. A value
   * that is none of the protocol is {@code {erpc, bad_reply}}.
   */
  public static <R, Q extends Request<R>> void call(
      Self<?> self,
      String on,
      TermCodec<? super Q> codec,
      Q request,
      @Nullable Duration within,
      Consumer<RpcResult<R>> then) {
    call(
        self,
        on,
        Mfa.of(codec.encode(request)),
        within,
        result -> then.accept(Erpc.<R, Q>decoded(self.node(), codec, request, result)));
  }

  private static <R, Q extends Request<R>> RpcResult<R> decoded(
      Node node, TermCodec<? super Q> codec, Q request, RpcResult<Term> result) {
    try {
      return result.map(value -> Erpc.<R, Q>decode(node, codec, request, value));
    } catch (TermMappingException wrong) {
      var failure = RpcException.erpc(Atom.of("bad_reply"));
      failure.addSuppressed(wrong);
      return RpcResult.failed(failure);
    }
  }

  // --- later -------------------------------------------------------------------------------------

  /** Begins a call: {@code send_request/4}. */
  public static RpcRequest<Term> sendRequest(Node node, String on, Mfa function) {
    return sendRequest(node, on, function, null);
  }

  /** Begins a call that fails with {@code timeout} after {@code within}; null for never. */
  public static RpcRequest<Term> sendRequest(
      Node node, String on, Mfa function, @Nullable Duration within) {
    var result = new CompletableFuture<RpcResult<Term>>();
    Address<Caller.GiveUp> caller =
        node.spawn(Caller.blueprint(Atom.of(on), function, within, null, result::complete));
    return new RpcRequest<>(node, result, caller);
  }

  // --- many --------------------------------------------------------------------------------------

  /** Calls a function on many nodes at once; returns the results in the order of the nodes. */
  public static List<RpcResult<Term>> multicall(
      Node node, Collection<String> nodes, Mfa function, Duration within) {
    List<RpcRequest<Term>> begun = new ArrayList<>();
    for (String each : nodes) {
      begun.add(sendRequest(node, each, function, within));
    }
    List<RpcResult<Term>> results = new ArrayList<>();
    for (RpcRequest<Term> request : begun) {
      results.add(request.await(FOR_EVER).orElseThrow());
    }
    return results;
  }

  // --- without an answer -------------------------------------------------------------------------

  /** Lets a node run a function, and does not wait for anything. */
  public static void cast(Node node, String on, Mfa function) {
    var _ = Weft.spawnAsync(node, casting(on, function));
  }

  /** As {@link #cast(Node, String, Mfa)}, in the name of a process. */
  public static void cast(Self<?> self, String on, Mfa function) {
    var _ = self.spawnRequest(casting(on, function), _ -> {});
  }

  /** Lets many nodes run a function, and does not wait for anything. */
  public static void multicast(Node node, Collection<String> nodes, Mfa function) {
    nodes.forEach(each -> cast(node, each, function));
  }

  private static RemoteSpawn casting(String on, Mfa function) {
    return RemoteSpawn.on(
        on, "erpc", "execute_cast", function.module(), function.function(), function.arguments());
  }

  /** Longer than any node lives. */
  static final Duration FOR_EVER = Duration.ofDays(36_500);
}
