package io.weft.node;

import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Turns what comes back for a call into the result its caller asked for. */
final class CallReply<R> {
  private final Object callee;
  private final Function<Term, R> decode;
  private final Function<Object, R> accept;
  private final Consumer<CallResult<R>> then;

  private CallReply(
      Object callee,
      Function<Term, R> decode,
      Function<Object, R> accept,
      Consumer<CallResult<R>> then) {
    this.callee = callee;
    this.decode = decode;
    this.accept = accept;
    this.then = then;
  }

  static <R, Q> CallReply<R> typed(
      Address<? super Q> server, Q request, Consumer<CallResult<R>> then) {
    return new CallReply<>(
        server, term -> CallReply.<R>own(decodeReply(server, request, term)), CallReply::own, then);
  }

  static CallReply<Term> ofTerms(Address<Term> server, Consumer<CallResult<Term>> then) {
    return new CallReply<>(
        server,
        term -> term,
        value -> IdentityCodec.INSTANCE.encodeReply(IdentityCodec.NOTHING, value),
        then);
  }

  private static <M, Q extends M> Object decodeReply(Address<M> server, Q request, Term term) {
    return server.codec().decodeReply(request, term);
  }

  /**
   * The one place where a reply becomes an R. {@code Request<R>} ties request and reply together
   * where the server is defined and where it is called, so it is an R unless the address was made
   * for another protocol.
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <R> R own(Object reply) {
    return (R) reply;
  }

  void complete(Object reply) {
    switch (reply) {
      case Answer.Value(Object value) -> accept(() -> accept.apply(value));
      case Answer.Refused(String why) -> fail(CallException.refused(callee, why));
      case Tuple tagged when tagged.arity() == 2 -> accept(() -> decode.apply(tagged.get(1)));
      default -> fail(CallException.refused(callee, "an answer that is no reply: " + reply));
    }
  }

  private void accept(Supplier<R> value) {
    R result;
    try {
      result = value.get();
    } catch (TermMappingException unmapped) {
      fail(CallException.badReply(callee, unmapped));
      return;
    }
    then.accept(new CallResult.Ok<>(result));
  }

  void fail(CallException failure) {
    then.accept(new CallResult.Failed<>(failure));
  }
}
