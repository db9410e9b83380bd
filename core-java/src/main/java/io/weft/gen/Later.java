package io.weft.gen;

import org.jspecify.annotations.Nullable;

/**
 * What comes next in a {@link GenStateMachine} whose handler is not done when it returns: it
 * returns {@link #next}, and tells the real one when it is known. Until then the machine handles no
 * event; those that come wait. What languages with ways of their own to suspend build upon, which
 * hold the process meanwhile. Used in turns of the machine only.
 *
 * @param <S> the states
 * @param <M> the protocol
 */
public final class Later<S, M> {
  /** Goes on when it is known. */
  interface Then<S, M> {
    void go(Next<S, M> next) throws Exception;
  }

  private final Next<S, M> placeholder = Next.of(this);
  private @Nullable Next<S, M> known;
  private @Nullable Then<S, M> then;

  /** Makes one for a handler that goes on. */
  public Later() {}

  /** Returns what the handler, or the code that enters a state, returns. */
  public Next<S, M> next() {
    return placeholder;
  }

  /** Tells what comes next, once: the machine goes on with it. */
  public void complete(Next<S, M> next) throws Exception {
    if (known != null) {
      throw new IllegalStateException("what comes next is known already");
    }
    known = next;
    if (then != null) {
      then.go(next);
    }
  }

  void then(Then<S, M> step) throws Exception {
    then = step;
    if (known != null) {
      step.go(known);
    }
  }
}
