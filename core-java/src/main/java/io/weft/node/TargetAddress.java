package io.weft.node;

/** A pid or a name, on any node, looked up at each send. */
final class TargetAddress<M> extends Address<M> {
  private final Target target;
  private final TermCodec<M> codec;

  TargetAddress(Node node, Target target, TermCodec<M> codec) {
    super(node);
    this.target = target;
    this.codec = codec;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public TermCodec<M> codec() {
    return codec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TargetAddress<?> that
        && node == that.node
        && target.equals(that.target);
  }

  @Override
  public int hashCode() {
    return target.hashCode();
  }
}
