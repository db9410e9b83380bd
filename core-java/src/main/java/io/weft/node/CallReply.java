package io.weft.node;

import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns what comes back for a call into the result its caller asked for. */
abstract sealed class CallReply<R> {
  private final Object callee;
  private final Consumer<CallResult<R>> then;

  private CallReply(Object callee, Consumer<CallResult<R>> then) {
    this.callee = callee;
    this.then = then;
  }

  static <R, Q> CallReply<R> typed(
      Address<? super Q> server, Q request, Consumer<CallResult<R>> then) {
    return new Typed<>(server, request, then);
  }

  static CallReply<Term> ofTerms(Address<Term> server, Consumer<CallResult<Term>> then) {
    return new OfTerms(server, then);
  }

  /** Makes the result of an object that a server inside the node answered. */
  abstract R fromObject(Object value);

  /** Makes the result of a term that came from another node. */
  abstract R fromTerm(Term term);

  // --- what came of it ---------------------------------------------------------------------------

  /** A server inside the node answered. */
  final void complete(Object answer) {
    if (answer instanceof LocalCall.Refusal(String why)) {
      fail(CallException.refused(callee, why));
    } else if (answer instanceof LocalCall.Failure(ExitReason reason)) {
      ended(reason);
    } else {
      R result;
      try {
        result = fromObject(answer);
      } catch (TermMappingException unmapped) {
        fail(CallException.badReply(callee, unmapped));
        return;
      }
      then.accept(new CallResult.Ok<>(result));
    }
  }

  /** A server elsewhere answered with {@code {Tag, Reply}}. */
  final void completeTagged(Term answer) {
    if (!(answer instanceof Tuple tagged) || tagged.arity() != 2) {
      fail(CallException.refused(callee, "an answer that is no reply: " + answer));
      return;
    }
    R result;
    try {
      result = fromTerm(tagged.get(1));
    } catch (TermMappingException unmapped) {
      fail(CallException.badReply(callee, unmapped));
      return;
    }
    then.accept(new CallResult.Ok<>(result));
  }

  final void ended(ExitReason reason) {
    fail(
        reason.equals(ExitReason.OVERLOAD)
            ? CallException.overload(callee)
            : CallException.ended(callee, reason));
  }

  final void timedOut(@Nullable Duration within) {
    fail(CallException.timeout(callee, within == null ? 0 : within.toMillis()));
  }

  final void fail(CallException failure) {
    then.accept(new CallResult.Failed<>(failure));
  }

  // --- the two kinds -----------------------------------------------------------------------------

  private static final class Typed<R, Q> extends CallReply<R> {
    private final Address<? super Q> server;
    private final Q request;

    Typed(Address<? super Q> server, Q request, Consumer<CallResult<R>> then) {
      super(server, then);
      this.server = server;
      this.request = request;
    }

    @Override
    R fromObject(Object value) {
      return own(value);
    }

    @Override
    R fromTerm(Term term) {
      return own(decode(server, request, term));
    }

    private static <M, Q extends M> Object decode(Address<M> server, Q request, Term term) {
      return server.codec().decodeReply(request, term, server.node());
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
  }

  private static final class OfTerms extends CallReply<Term> {
    OfTerms(Address<Term> server, Consumer<CallResult<Term>> then) {
      super(server, then);
    }

    @Override
    Term fromObject(Object value) {
      return IdentityCodec.INSTANCE.encodeReply(IdentityCodec.NOTHING, value);
    }

    @Override
    Term fromTerm(Term term) {
      return term;
    }
  }
}
