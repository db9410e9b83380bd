package io.weft.node;

import io.weft.term.Term;

/** Refuses every mapping: the protocol was declared without a form as terms. */
record LocalOnlyCodec<M>(String label) implements TermCodec<M> {
  @Override
  public Term encode(M message) {
    throw refusal();
  }

  @Override
  public M decode(Term term) {
    throw refusal();
  }

  @Override
  public Term encodeReply(M request, Object reply) {
    throw refusal();
  }

  @Override
  public Object decodeReply(M request, Term reply) {
    throw refusal();
  }

  private TermMappingException refusal() {
    return new TermMappingException(
        label
            + " has no TermCodec, so it cannot be spoken with as terms: in Kotlin mark its protocol"
            + " @Serializable, and apply the serialization plugin; in Java give its blueprint one,"
            + " .codec(TermMapping.codecOf(Protocol.class))");
  }
}
