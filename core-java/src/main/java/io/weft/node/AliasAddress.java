package io.weft.node;

import io.weft.term.Reference;
import org.jspecify.annotations.Nullable;

/** An alias: a process of any node, for as long as it wants to be reached this way. */
final class AliasAddress<M> extends Address<M> {
  private final Reference alias;
  private final TermCodec<M> codec;

  AliasAddress(Node node, Reference alias, TermCodec<M> codec) {
    super(node);
    this.alias = alias;
    this.codec = codec;
  }

  @Override
  public @Nullable Target target() {
    return null;
  }

  @Override
  public TermCodec<M> codec() {
    return codec;
  }

  @Override
  Reference alias() {
    return alias;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AliasAddress<?> that && node == that.node && alias.equals(that.alias);
  }

  @Override
  public int hashCode() {
    return alias.hashCode();
  }

  @Override
  public String toString() {
    return alias.toString();
  }
}
