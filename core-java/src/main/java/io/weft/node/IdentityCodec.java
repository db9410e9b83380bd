package io.weft.node;

import io.weft.term.ListTerm;
import io.weft.term.Term;

/** Terms are their own form. */
enum IdentityCodec implements TermCodec<Term> {
  INSTANCE;

  /** Stands for the request where only the reply is looked at. */
  static final Term NOTHING = ListTerm.NIL;

  @Override
  public Term encode(Term message) {
    return message;
  }

  @Override
  public Term decode(Term term) {
    return term;
  }

  @Override
  public Term encodeReply(Term request, Object reply) {
    if (reply instanceof Term term) {
      return term;
    }
    throw new TermMappingException(
        "a process that speaks terms must reply with a Term, not " + reply.getClass().getName());
  }

  @Override
  public Object decodeReply(Term request, Term reply) {
    return reply;
  }
}
