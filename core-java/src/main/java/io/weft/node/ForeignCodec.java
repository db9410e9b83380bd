package io.weft.node;

import io.weft.term.Term;
import java.util.function.Function;

/** What is foreign is a term, and all answers are. */
record ForeignCodec<M, F extends M>(
    Class<F> foreign, Function<Term, F> wrap, Function<F, Term> unwrap) implements TermCodec<M> {
  @Override
  public Term encode(M message) {
    if (foreign.isInstance(message)) {
      return unwrap.apply(foreign.cast(message));
    }
    throw new TermMappingException("only this node knows of " + message);
  }

  @Override
  public M decode(Term term) {
    return wrap.apply(term);
  }

  @Override
  public Term encodeReply(M request, Object reply) {
    return IdentityCodec.INSTANCE.encodeReply(IdentityCodec.NOTHING, reply);
  }

  @Override
  public Object decodeReply(M request, Term reply) {
    return reply;
  }
}
