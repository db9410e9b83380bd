package io.weft.node;

import org.jspecify.annotations.Nullable;

/**
 * One process goes over to another behaviour, in two steps: the new one has taken over once this
 * exists, and the former one is let go by {@link #commit}, or put back by {@link #rollBack} as if
 * nothing had been. In between the process must handle nothing. In its turns only.
 */
final class CodeSwitch<M> {
  static final String STRAIGHT_LINE =
      "a straight-line body cannot be replaced while it runs: let it end, and be started again";

  private final Process<M> process;
  private final Blueprint<M> formerBlueprint;
  private final Behavior<M> former;
  private final Behavior<M> replacement;

  private CodeSwitch(Process<M> process, Behavior<M> replacement) {
    this.process = process;
    this.formerBlueprint = process.blueprint();
    this.former = process.behavior();
    this.replacement = replacement;
  }

  /** Lets another behaviour take over; if it fails there, nothing has changed. */
  static <M> CodeSwitch<M> begin(Process<M> process, Blueprint<M> to, @Nullable Object extra)
      throws Exception {
    if (process.behavior() instanceof StraightLine<M>) {
      throw new UnsupportedOperationException(STRAIGHT_LINE);
    }
    Behavior<M> replacement = to.newBehavior();
    var change = new CodeSwitch<>(process, replacement);
    try {
      replacement.codeChange(process, change.former.handOver(process), extra);
    } catch (Throwable failure) {
      change.letGo(replacement);
      throw failure;
    }
    process.become(to, replacement);
    return change;
  }

  void commit() {
    letGo(former);
  }

  void rollBack() {
    process.become(formerBlueprint, former);
    letGo(replacement);
    process.guard(() -> former.takeBack(process));
  }

  /** What is left behind has no say any more. */
  private void letGo(Behavior<M> behavior) {
    try {
      behavior.replaced(process);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError failure) {
      process.warn("failed to let go of its former code: {}", String.valueOf(failure));
    }
  }
}
