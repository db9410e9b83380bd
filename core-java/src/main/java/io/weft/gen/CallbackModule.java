package io.weft.gen;

import io.weft.node.ExitReason;
import org.jspecify.annotations.Nullable;

/**
 * The code that handles the events of a {@link GenStateMachine}: what a callback module is to
 * gen_statem. A machine begins with the one its definition is, may make more ({@link
 * Transitions#stateFunctions}, {@link Transitions#handleEvent}), and changes between them as part
 * of a transition ({@link Next#changeModule}, {@link Next#pushModule}, {@link Next#popModule}).
 *
 * <p>A change of module is no change of state. From then on the new module handles all events, also
 * those that wait, enters states, and runs its {@link Transitions#onTerminate}, if it has one, in
 * place of the machine's own.
 *
 * @param <S> the states
 * @param <M> the protocol
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_statem.html#t:action/0">OTP, gen_statem,
 *     change_callback_module</a>
 */
public abstract sealed class CallbackModule<S, M> {
  private final String name;
  private final Transitions<S, M> on;

  private CallbackModule(String name, Transitions<S, M> on) {
    this.name = name;
    this.on = on;
  }

  /** Returns the name that tells it from the other modules of its machine. */
  public final String name() {
    return name;
  }

  /** Returns null for an event that no handler is for. */
  abstract @Nullable Next<S, M> handle(S state, StateEvent<M> event) throws Exception;

  /** Returns null if nothing is to be done on entering {@code state}. */
  final @Nullable Next<S, M> enter(S state, S from) throws Exception {
    return on.enter(state, from);
  }

  final Handlers.@Nullable Handler<ExitReason> terminateHandler() {
    return on.terminateHandler();
  }

  @Override
  public final String toString() {
    return name;
  }

  /** A table of handlers for each state: callback mode {@code state_functions}. */
  static final class StateFunctions<S, M> extends CallbackModule<S, M> {
    private final States<S, M> states;

    StateFunctions(String name, States<S, M> states) {
      super(name, states);
      this.states = states;
    }

    @Override
    @Nullable Next<S, M> handle(S state, StateEvent<M> event) throws Exception {
      return states.handle(state, event);
    }
  }

  /** One function for all events: callback mode {@code handle_event_function}. */
  static final class HandleEvent<S, M> extends CallbackModule<S, M> {
    private final GenStateMachine.EventHandler<S, M> handler;

    HandleEvent(String name, Transitions<S, M> on, GenStateMachine.EventHandler<S, M> handler) {
      super(name, on);
      this.handler = handler;
    }

    @Override
    @Nullable Next<S, M> handle(S state, StateEvent<M> event) throws Exception {
      return handler.handle(state, event);
    }
  }
}
