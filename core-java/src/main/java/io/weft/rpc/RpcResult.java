package io.weft.rpc;

import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.function.Function;

/** What came of the call of a function on another node. */
public sealed interface RpcResult<R> {
  /** The function returned. */
  record Ok<R>(R value) implements RpcResult<R> {}

  /** It did not, or could not be called. */
  record Failed<R>(RpcException failure) implements RpcResult<R> {}

  /** Returns a failure. */
  static <R> RpcResult<R> failed(RpcException failure) {
    return new Failed<>(failure);
  }

  /** Returns the value. @throws RpcException if there is none */
  default R orThrow() {
    return switch (this) {
      case Ok<R> ok -> ok.value();
      case Failed<R> failed -> throw failed.failure();
    };
  }

  /** Returns this with another value. */
  default <S> RpcResult<S> map(Function<R, S> form) {
    return switch (this) {
      case Ok<R> ok -> new Ok<>(form.apply(ok.value()));
      case Failed<R> failed -> new Failed<>(failed.failure());
    };
  }

  /** Returns what {@code erpc:multicall} lists of it: {@code {ok, Value}}, {@code {Class, Why}}. */
  static Term listed(RpcResult<Term> result) {
    return switch (result) {
      case Ok<Term>(Term value) -> Tuple.of(Atom.OK, value);
      case Failed<Term>(RpcException failure) -> Tuple.of(classOf(failure.kind()), failure.term());
    };
  }

  private static Atom classOf(RpcException.Kind kind) {
    return switch (kind) {
      case THROW -> Atom.of("throw");
      case EXIT, SIGNAL -> Atom.of("exit");
      case ERROR, ERPC -> Atom.ERROR;
    };
  }
}
