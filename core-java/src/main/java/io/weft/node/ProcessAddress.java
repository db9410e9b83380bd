package io.weft.node;

/** A process of this node, held directly: no look-up on the way of a message. */
@SuppressWarnings("ReferenceEquality") // processes are themselves
final class ProcessAddress<M> extends Address<M> {
  private final Process<M> process;

  ProcessAddress(Process<M> process) {
    super(process.node());
    this.process = process;
  }

  @Override
  public Target target() {
    return new Target.ByPid(process.pid());
  }

  @Override
  public TermCodec<M> codec() {
    return process.codec();
  }

  @Override
  Process<M> process() {
    return process;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProcessAddress<?> that && process == that.process;
  }

  @Override
  public int hashCode() {
    return process.pid().hashCode();
  }
}
