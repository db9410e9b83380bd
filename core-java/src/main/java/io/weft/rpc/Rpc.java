package io.weft.rpc;

import io.weft.node.CallException;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions on other nodes, and tells of failures by values, {@code {badrpc, Reason}}: OTP's
 * {@code rpc}, to the letter. New code uses {@link Erpc}, which can tell a failure from a value.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/rpc.html">OTP, module rpc</a>
 */
public final class Rpc {
  private static final Atom REX = Atom.of("rex");

  private Rpc() {}

  /** Calls a function and waits for its value, or for {@code {badrpc, Reason}}. */
  public static Term call(Node node, String on, Mfa function, Duration within) {
    return valueOf(Erpc.sendRequest(node, on, function, within).await(Erpc.FOR_EVER).orElseThrow());
  }

  /**
   * Calls a function in the name of a process and goes on; {@code then} gets the value or {@code
   * {badrpc, Reason}} in a turn of the process, exactly once.
   */
  public static void call(
      Self<?> self, String on, Mfa function, @Nullable Duration within, Consumer<Term> then) {
    Erpc.call(self, on, function, within, result -> then.accept(valueOf(result)));
  }

  /** Tells whether a value is {@code {badrpc, Reason}}. */
  public static boolean isBad(Term value) {
    return BadRpc.is(value);
  }

  /** Begins a call: {@code async_call}. The value is that of {@link #receive}. */
  public static RpcRequest<Term> sendRequest(Node node, String on, Mfa function) {
    return Erpc.sendRequest(node, on, function);
  }

  /**
   * Waits for the value of a call that was begun, or {@code {badrpc, Reason}}; null if it is not
   * there after {@code within}, and may still come: {@code yield}, {@code nb_yield}.
   */
  public static @Nullable Term receive(RpcRequest<Term> request, Duration within) {
    return request.await(within).map(Rpc::valueOf).orElse(null);
  }

  /**
   * What many nodes replied.
   *
   * @param replies the values, or {@code {badrpc, Reason}} of functions that failed, in the order
   *     of the nodes that are left
   * @param badNodes the nodes that could not be reached, or did not answer in time
   */
  public record Replies(List<Term> replies, List<String> badNodes) {}

  /** Calls a function on many nodes at once: {@code multicall/5}. */
  public static Replies multicall(
      Node node, Collection<String> nodes, Mfa function, Duration within) {
    List<RpcResult<Term>> results = Erpc.multicall(node, nodes, function, within);
    List<Term> replies = new ArrayList<>();
    List<String> badNodes = new ArrayList<>();
    int i = 0;
    for (String each : nodes) {
      RpcResult<Term> result = results.get(i++);
      if (result instanceof RpcResult.Failed<Term>(RpcException failure)
          && failure.kind() == RpcException.Kind.ERPC) {
        badNodes.add(each);
      } else {
        replies.add(valueOf(result));
      }
    }
    return new Replies(List.copyOf(replies), List.copyOf(badNodes));
  }

  /** Lets a node run a function, and does not wait for anything. */
  public static void cast(Node node, String on, Mfa function) {
    Erpc.cast(node, on, function);
  }

  /**
   * Calls a function in the server {@code rex} of a node, which does nothing else meanwhile, and
   * waits for its value, or for {@code {badrpc, Reason}}.
   */
  public static Term blockCall(Node node, String on, Mfa function, Duration within) {
    Term leader = leaderOf(node);
    Term request =
        Tuple.of(
            Atom.of("block_call"),
            function.module(),
            function.function(),
            function.arguments(),
            leader);
    try {
      return BadRpc.value(Weft.callTerm(node.address(REX.name(), on), request, within));
    } catch (CallException failure) {
      Term call =
          Tuple.of(
              Atom.of("gen_server"),
              Atom.of("call"),
              Terms.list(Tuple.of(REX, Atom.of(on)), request, Terms.integer(within.toMillis())));
      return BadRpc.of(failure, call);
    }
  }

  private static Term leaderOf(Node node) {
    Atom user = Atom.of("user");
    Pid leader = node.whereis(user);
    return leader == null ? user : leader;
  }

  /** Sends a message to a name on many nodes: {@code abcast/3}. */
  public static void abcast(Node node, Collection<String> nodes, String name, Term message) {
    nodes.forEach(each -> node.address(name, each).tell(message));
  }

  private static Term valueOf(RpcResult<Term> result) {
    return switch (result) {
      case RpcResult.Ok<Term>(Term value) -> BadRpc.value(value);
      case RpcResult.Failed<Term>(RpcException failure) -> failure.rpcValue();
    };
  }
}
