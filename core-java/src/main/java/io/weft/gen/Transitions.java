package io.weft.gen;

import io.weft.node.ExitReason;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

  /** Takes over from a machine of older code, or from another behaviour. */
  @FunctionalInterface
  public interface CodeChange<S> {
    /**
     * Returns the state in which the machine goes on.
     *
     * @param former the state and data of the machine before; of another behaviour its state, and
     *     no data
     * @param extra what the one who asked for the change gave along
     */
    S begin(MachineState former, @Nullable Object extra) throws Exception;
  }

  /** Gives the one function that handles all events in a callback module. */
  @FunctionalInterface
  public interface ModuleFunction<S, M> {
    GenStateMachine.EventHandler<S, M> define(Transitions<S, M> on) throws Exception;
  }

  /** Fills the handler tables of a callback module. */
  @FunctionalInterface
  public interface ModuleTables<S, M> {
    void define(States<S, M> on) throws Exception;
  }

  private final MachineDefinition<S, M> machine;
  private @Nullable Enter<? super S, S, M> onEnter;
  private Handlers.@Nullable Handler<ExitReason> onTerminate;

  Transitions(MachineDefinition<S, M> machine) {
    this.machine = machine;
  }

  // --- the definition
  // -----------------------------------------------------------------------------

  /**
   * Says where the machine starts; every definition must. What is returned takes the actions that
   * gen_statem's init may give along.
   */
  public final Next<S, M> start(S state) {
    return machine.start(state);
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
    machine.onEnded(handler);
  }

  /**
   * Shows the data of the machine to {@code sys} beside its state, and lets them be replaced. A
   * machine that takes over in a code change begins with the data of the one before.
   *
   * @param type the type of the data; others are refused
   */
  public final <D> void data(
      Class<D> type, Supplier<? extends D> get, Consumer<? super D> replace) {
    machine.data(new ServerState<>(type, get, replace));
  }

  /**
   * Runs in a code change, in place of taking over state and data as they are. What the machine has
   * under way goes on: see {@link GenStateMachine}.
   */
  public final void onCodeChange(CodeChange<S> change) {
    machine.onCodeChange(change);
  }

  // --- callback modules
  // ------------------------------------------------------------------------------------------------

  /**
   * Makes a callback module with one function for all events.
   *
   * @param name tells it from the other modules of the machine
   */
  public final CallbackModule<S, M> handleEvent(String name, ModuleFunction<S, M> definition)
      throws Exception {
    var on = new Transitions<>(machine);
    return machine.add(new CallbackModule.HandleEvent<>(name, on, definition.define(on)));
  }

  /**
   * Makes a callback module with a table for each state. Where it has tables for some states, a
   * message without a handler in one of them fails the start of the machine; if it has none, in any
   * state.
   *
   * @param name tells it from the other modules of the machine
   * @param states the type of the machine's states
   * @param protocol the type of its messages
   */
  public final CallbackModule<S, M> stateFunctions(
      String name, Class<S> states, Class<M> protocol, ModuleTables<S, M> definition)
      throws Exception {
    var on = new States<>(machine, states, protocol);
    definition.define(on);
    on.requireCompleteWhereUsed();
    return machine.add(new CallbackModule.StateFunctions<>(name, on));
  }

  // --- in handlers
  // --------------------------------------------------------------------------------

  /** Returns the present state; while a state is entered, that state. */
  public final S state() {
    return machine.state();
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

  /** Ends the machine normally, after the replies that are added. */
  public final Next<S, M> stop() {
    return Next.stop(ExitReason.NORMAL);
  }

  /** Ends the machine, after the replies that are added. */
  public final Next<S, M> stop(ExitReason reason) {
    return Next.stop(reason);
  }

  // --- for the behaviour
  // --------------------------------------------------------------------------

  final MachineDefinition<S, M> machine() {
    return machine;
  }

  @Nullable Next<S, M> enter(S state, S from) throws Exception {
    return onEnter == null ? null : onEnter.enter(from);
  }

  final Handlers.@Nullable Handler<ExitReason> terminateHandler() {
    return onTerminate;
  }
}
