package io.weft.node;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A code change that may still be taken back: the process goes on with another behaviour already,
 * and the former one is let go by {@link #commit}, or goes on as if nothing had been after {@link
 * #rollBack}. What follows the first of the two means nothing. Any thread.
 *
 * <p>In between the process should be {@linkplain Sys#suspend suspended}: what it does meanwhile is
 * done by the new code, and taken back with it.
 *
 * @param <M> the protocol of the process
 * @see Sys#tryCode
 */
public final class CodeTrial<M> {
  static final String STRAIGHT_LINE =
      "a straight-line body cannot be replaced while it runs: let it end, and be started again";

  private final Process<M> process;
  private final Blueprint<M> formerBlueprint;
  private final Behavior<M> former;
  private final Behavior<M> replacement;
  private boolean over;

  private CodeTrial(Process<M> process, Behavior<M> replacement) {
    this.process = process;
    this.formerBlueprint = process.blueprint();
    this.former = process.behavior();
    this.replacement = replacement;
  }

  /** Lets another behaviour take over; if it fails there, nothing has changed. */
  static <M> CodeTrial<M> begin(Process<M> process, Blueprint<M> to, @Nullable Object extra)
      throws Exception {
    if (process.behavior() instanceof Receiving<M>) {
      throw new UnsupportedOperationException(STRAIGHT_LINE);
    }
    requireProtocol(process.blueprint(), to);
    var trial = new CodeTrial<>(process, to.newBehavior());
    try {
      trial.replacement.codeChange(process, trial.former.handOver(process), extra);
    } catch (Throwable failure) {
      trial.putBack();
      throw failure;
    }
    process.become(to, trial.replacement);
    return trial;
  }

  /** A class of another loader has the same name, and is another class. */
  private static void requireProtocol(Blueprint<?> from, Blueprint<?> to) {
    Class<?> spoken = from.protocol();
    Class<?> understood = to.protocol();
    if (spoken != null && understood != null && !understood.isAssignableFrom(spoken)) {
      throw new IllegalArgumentException(
          "%s of %s is not the protocol %s of %s that %s speaks: both must come of one class loader"
              .formatted(
                  understood.getName(),
                  understood.getClassLoader(),
                  spoken.getName(),
                  spoken.getClassLoader(),
                  from.label()));
    }
  }

  /** Lets the former behaviour go; false if the process has ended. */
  public CompletableFuture<Boolean> commit() {
    return inTurn(() -> letGo(former));
  }

  /** Puts the former behaviour back; false if the process has ended. */
  public CompletableFuture<Boolean> rollBack() {
    return inTurn(this::rollBackNow);
  }

  private CompletableFuture<Boolean> inTurn(Runnable step) {
    return Sys.inTurn(
            process.address(),
            _ -> {
              end(step);
              return true;
            })
        .exceptionally(_ -> false);
  }

  private void end(Runnable step) {
    if (!over) {
      over = true;
      step.run();
    }
  }

  /** In a turn of the process. */
  void commitNow() {
    end(() -> letGo(former));
  }

  /** In a turn of the process. */
  void rollBackNow() {
    process.become(formerBlueprint, former);
    putBack();
  }

  private void putBack() {
    letGo(replacement);
    process.guard(() -> former.takeBack(process));
  }

  /** What is left behind has no say any more. */
  private void letGo(Behavior<M> behavior) {
    try {
      behavior.replaced(process);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError failure) {
      process.warn("failed to let go of code: {}", String.valueOf(failure));
    }
  }
}
