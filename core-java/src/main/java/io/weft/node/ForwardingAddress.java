package io.weft.node;

import org.jspecify.annotations.Nullable;

/**
 * An address that stands for another one, and can do more: what the probes of the test kit are.
 * What is sent to it goes the same way, and it equals no other.
 *
 * @param <M> the protocol
 */
public abstract class ForwardingAddress<M> extends Address<M> {
  private final Address<M> to;

  /** Makes an address that stands for {@code to}. */
  protected ForwardingAddress(Address<M> to) {
    super(to.node());
    this.to = to;
  }

  @Override
  public final @Nullable Target target() {
    return to.target();
  }

  @Override
  public final TermCodec<M> codec() {
    return to.codec();
  }

  @Override
  @Nullable Process<?> process() {
    return to.process();
  }

  @Override
  io.weft.term.@Nullable Reference alias() {
    return to.alias();
  }
}
