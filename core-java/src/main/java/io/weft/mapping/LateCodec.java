package io.weft.mapping;

import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.term.Term;
import org.jspecify.annotations.Nullable;

/**
 * The codec behind an address in a message, made when something is sent there: a protocol may hold
 * its own address.
 */
final class LateCodec<P> implements TermCodec<P> {
  private final TermMapping mapping;
  private final TypeUse protocol;
  private volatile @Nullable TermCodec<P> codec;

  LateCodec(TermMapping mapping, TypeUse protocol) {
    this.mapping = mapping;
    this.protocol = protocol;
  }

  /** Two threads may make one each; they are the same. */
  private TermCodec<P> codec() {
    TermCodec<P> present = codec;
    if (present == null) {
      present = new MappedCodec<>(mapping, protocol);
      codec = present;
    }
    return present;
  }

  @Override
  public Term encode(P message) {
    return codec().encode(message);
  }

  @Override
  public P decode(Term term) {
    return codec().decode(term);
  }

  @Override
  public P decode(Term term, Node node) {
    return codec().decode(term, node);
  }

  @Override
  public Term encodeReply(P request, Object reply) {
    return codec().encodeReply(request, reply);
  }

  @Override
  public Object decodeReply(P request, Term reply) {
    return codec().decodeReply(request, reply);
  }

  @Override
  public Object decodeReply(P request, Term reply, Node node) {
    return codec().decodeReply(request, reply, node);
  }
}
