package io.weft.gen;

import io.weft.node.ExitReason;
import org.jspecify.annotations.Nullable;

/**
 * What the definition and the handlers of a {@link GenStateMachine} can say: where it starts, and
 * what comes next. Used in the turns of its process only.
 *
 * @param <S> the states
 * @param <M> the protocol
 */
public sealed class Transitions<S, M> permits States {
  /** Code that runs when a state is entered. */
  @FunctionalInterface
  public interface Enter<F, S, M> {
    Next<S, M> enter(F from) throws Exception;
  }

  private @Nullable Next<S, M> first;
  private @Nullable S initial;
  private @Nullable Enter<? super S, S, M> onEnter;
  private Handlers.Handler<ExitReason> onTerminate = reason -> {};
  private Handlers.Handler<ExitReason> onEnded = reason -> {};
  private @Nullable StateEngine<S, M> engine;

  Transitions() {}

  // --- the definition
  // -----------------------------------------------------------------------------

  /**
   * Says where the machine starts; every definition must. What is returned takes the actions that
   * gen_statem's init may give along.
   */
  public final Next<S, M> start(S state) {
    if (initial != null) {
      throw new IllegalStateException("the machine has a state to start in already: " + initial);
    }
    initial = state;
    Next<S, M> actions = Next.keep();
    first = actions;
    return actions;
  }

  /**
   * Runs whenever a state is entered that has no code of its own for it, the first included;
   * gen_statem's state enter call. It may set timeouts, reply and stop, and is given the state
   * before.
   */
  public final void onEnter(Enter<? super S, S, M> enter) {
    onEnter = enter;
  }

  /** Runs when the machine stops or crashes, but not when an exit signal ends it. */
  public final void onTerminate(Handlers.Handler<ExitReason> handler) {
    onTerminate = handler;
  }

  /** Runs last, however the machine ends: see {@link io.weft.node.Behavior#ended}. */
  public final void onEnded(Handlers.Handler<ExitReason> handler) {
    onEnded = handler;
  }

  // --- in handlers
  // --------------------------------------------------------------------------------

  /** Returns the present state; while a state is entered, that state. */
  public final S state() {
    if (engine == null) {
      throw new IllegalStateException("the machine has not started");
    }
    return engine.state();
  }

  /** Goes to a state. One equal to the present one is kept: not entered again, nothing retried. */
  public final Next<S, M> to(S state) {
    return Next.to(state);
  }

  /** Stays in the present state. */
  public final Next<S, M> keep() {
    return Next.keep();
  }

  /** Stays in the present state and enters it again. Nothing postponed is retried. */
  public final Next<S, M> repeat() {
    return Next.repeat();
  }

  /** Stays in the present state and puts the event off: see {@link Next#postpone}. */
  public final Next<S, M> postpone() {
    return Next.<S, M>keep().postpone();
  }

  /** Ends the machine, after the replies that are added. */
  public final Next<S, M> stop(ExitReason reason) {
    return Next.stop(reason);
  }

  // --- for the behaviour
  // --------------------------------------------------------------------------

  StateEngine<S, M> begin(StateEngine.Host<S, M> host) {
    if (initial == null) {
      throw new IllegalStateException("the definition does not say in which state to start");
    }
    engine = new StateEngine<>(host, initial);
    return engine;
  }

  Next<S, M> first() {
    return first == null ? Next.keep() : first;
  }

  @Nullable Next<S, M> enter(S state, S from) throws Exception {
    return onEnter == null ? null : onEnter.enter(from);
  }

  Handlers.Handler<ExitReason> terminateHandler() {
    return onTerminate;
  }

  Handlers.Handler<ExitReason> endedHandler() {
    return onEnded;
  }
}
