package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.node.Self;

/**
 * A state machine: OTP's gen_statem.
 *
 * <pre>{@code
 * Blueprint<Door> door = GenStateMachine.define("door", State.class, Door.class, (on, self) -> {
 *   on.start(State.LOCKED);
 *   on.in(State.LOCKED)
 *       .call(Door.Code.class, (code, reply) -> code.digits().equals("1234")
 *           ? on.to(State.OPEN).reply(reply, true)
 *           : on.keep().reply(reply, false))
 *       .postpone(Door.Push.class);
 *   on.in(State.OPEN)
 *       .enter(from -> on.keep().stateTimeout(Duration.ofSeconds(10)))
 *       .stateTimeout(() -> on.to(State.LOCKED))
 *       .call(Door.Code.class, code -> true)
 *       .cast(Door.Push.class, push -> on.keep());
 * });
 * }</pre>
 *
 * <p>The definition runs at each start; its variables are the machine's data. Where the states are
 * an enum or a sealed type and the protocol is sealed, a message without a handler in some state
 * fails the start and is named. What a handler returns decides what comes next: {@link Next}.
 * Events come in the order that {@link StateEngine} states, which is gen_statem's, with two
 * liberties that OTP leaves open: a timeout that elapsed may overtake messages that wait, and it
 * never comes while the process is held.
 *
 * <p>Clients call and cast as they would a gen_server, also those of foreign nodes. The exit of the
 * machine's parent ends it, also when it traps exits. Like a server it may decide in its definition
 * not to serve ({@link Self#ignore}), or fail for a reason ({@link Self#stop}, {@link
 * io.weft.node.ExitException}).
 *
 * <h2>Looking inside, and replacing</h2>
 *
 * {@code sys} shows state and data as a {@link MachineState}, to foreign nodes as gen_statem's
 * {@code {State, Data}}; the data are what {@link Transitions#data} says. To replace them is no
 * transition.
 *
 * <p>When a machine of newer code takes over, its definition runs, but nothing starts: it goes on
 * in the state of the one before, or in the one that {@link Transitions#onCodeChange} chooses,
 * without entering it. Events that wait or were postponed, timeouts that run, and pushed callback
 * modules (by their names) stay.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_statem.html">OTP, module gen_statem</a>
 */
public final class GenStateMachine {
  /** Fills the handler tables of one life of a machine. */
  @FunctionalInterface
  public interface Definition<S, M> {
    void define(States<S, M> on, Self<M> self) throws Exception;
  }

  /** Gives the one function that handles all events in one life of a machine. */
  @FunctionalInterface
  public interface EventDefinition<S, M> {
    EventHandler<S, M> define(Transitions<S, M> on, Self<M> self) throws Exception;
  }

  /** Code that handles every event in every state. */
  @FunctionalInterface
  public interface EventHandler<S, M> {
    Next<S, M> handle(S state, StateEvent<M> event) throws Exception;
  }

  private GenStateMachine() {}

  /**
   * Returns a blueprint of a machine with a handler table for each state: callback mode {@code
   * state_functions}.
   *
   * @param label what reports and logs call it, and the name of its first callback module
   * @param states the type of its states, an enum or a sealed type as a rule
   * @param protocol the type of its messages
   */
  public static <S, M> Blueprint<M> define(
      String label, Class<S> states, Class<M> protocol, Definition<S, M> definition) {
    return MachineBehavior.<S, M>blueprint(
            label,
            states,
            (machine, self) -> {
              var on = new States<>(machine, states, protocol);
              definition.define(on, self);
              if (!self.isStopping()) {
                on.requireComplete();
              }
              return new CallbackModule.StateFunctions<>(label, on);
            })
        .protocol(protocol);
  }

  /**
   * Returns a blueprint of a machine with one function for all events: callback mode {@code
   * handle_event_function}.
   *
   * @param label what reports and logs call it, and the name of its first callback module
   * @param states the type of its states: any type with equality
   */
  public static <S, M> Blueprint<M> handleEvent(
      String label, Class<S> states, EventDefinition<S, M> definition) {
    return MachineBehavior.blueprint(
        label,
        states,
        (machine, self) -> {
          var on = new Transitions<>(machine);
          return new CallbackModule.HandleEvent<>(label, on, definition.define(on, self));
        });
  }
}
