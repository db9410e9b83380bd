package io.weft.rpc;

import io.weft.node.ErrorException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;

/**
 * A function that was called on another node did not return: it threw, exited or failed there, or
 * could not be called. As {@code erpc} raises it: see {@link #kind} and {@link #term}.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/erpc.html#call/5">OTP, erpc:call/5</a>
 */
public final class RpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final Atom ERPC = Atom.of("erpc");
  private static final Atom EXCEPTION = Atom.of("exception");
  private static final Atom SIGNAL = Atom.of("signal");

  /** How a call fails. */
  public enum Kind {
    /** The function threw {@link #reason}. */
    THROW,
    /** The function exited with {@link #reason}: {@code exit, {exception, Reason}}. */
    EXIT,
    /** A signal ended the process of the call: {@code exit, {signal, Reason}}. */
    SIGNAL,
    /** The function failed: {@code error, {exception, Reason, Stack}}. */
    ERROR,
    /**
     * There was no call, or no answer: {@code error, {erpc, Reason}}, with {@code noconnection},
     * {@code timeout}, {@code notsup}, {@code system_limit} and the like.
     */
    ERPC
  }

  private final Kind kind;
  private final transient Term reason;
  private final transient Term stack;

  private RpcException(Kind kind, Term reason, Term stack) {
    super(kind + ": " + reason.abbreviate(500));
    this.kind = kind;
    this.reason = reason;
    this.stack = stack;
  }

  static RpcException thrown(Term value) {
    return new RpcException(Kind.THROW, value, ListTerm.NIL);
  }

  static RpcException exit(Term reason) {
    return new RpcException(Kind.EXIT, reason, ListTerm.NIL);
  }

  static RpcException signal(Term reason) {
    return new RpcException(Kind.SIGNAL, reason, ListTerm.NIL);
  }

  static RpcException error(Term reason, Term stack) {
    var failure = new RpcException(Kind.ERROR, reason, stack);
    var there =
        new Throwable("on the other node", null, false, true) {
          private static final long serialVersionUID = 1L;
        };
    there.setStackTrace(ErrorException.toJava(stack));
    failure.initCause(there);
    return failure;
  }

  static RpcException erpc(Term reason) {
    return new RpcException(Kind.ERPC, reason, ListTerm.NIL);
  }

  /** Returns how the call failed. */
  public Kind kind() {
    return kind;
  }

  /** Returns why, without what surrounds it in {@link #term}. */
  public Term reason() {
    return reason;
  }

  /** Returns where the function failed, as Erlang tells it; the empty list if it did not. */
  public Term stack() {
    return stack;
  }

  /** Returns what {@code erpc} throws, exits with or fails with. */
  public Term term() {
    return switch (kind) {
      case THROW -> reason;
      case EXIT -> Tuple.of(EXCEPTION, reason);
      case SIGNAL -> Tuple.of(SIGNAL, reason);
      case ERROR -> Tuple.of(EXCEPTION, reason, stack);
      case ERPC -> Tuple.of(ERPC, reason);
    };
  }

  /** Returns what {@code rpc:call} returns in place of failing. */
  Term rpcValue() {
    return switch (kind) {
      case THROW -> BadRpc.value(reason);
      case EXIT, SIGNAL -> BadRpc.exit(reason);
      case ERROR -> BadRpc.exit(Tuple.of(reason, stack));
      case ERPC -> rpcFailure();
    };
  }

  private Term rpcFailure() {
    if (reason.equals(Atom.of("noconnection"))) {
      return BadRpc.of(BadRpc.NODEDOWN);
    }
    return reason.equals(BadRpc.TIMEOUT) || reason.equals(BadRpc.NOTSUP)
        ? BadRpc.of(reason)
        : BadRpc.exit(reason);
  }
}
