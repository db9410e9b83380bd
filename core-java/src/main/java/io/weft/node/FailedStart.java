package io.weft.node;

/** What stands in for a behaviour that a {@link StartGate} did not let start. */
record FailedStart<M>(ExitReason reason) implements Behavior<M> {
  @Override
  public void start(Self<M> self) {
    throw new ExitException(reason);
  }

  @Override
  public void message(Self<M> self, M message) {}
}
