package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
 * machine's parent ends it, also when it traps exits.
 *
 * @param <S> the states
 * @param <M> the protocol
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_statem.html">OTP, module gen_statem</a>
 */
public final class GenStateMachine<S, M> implements Behavior<M> {
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

  /** One life of a machine, before it starts: the table or function, and how it is looked up. */
  private abstract static class Mode<S, M> {
    final Transitions<S, M> on;

    Mode(Transitions<S, M> on) {
      this.on = on;
    }

    abstract void define(Self<M> self) throws Exception;

    /** Returns null for an event that no handler is for. */
    abstract @Nullable Next<S, M> handle(S state, StateEvent<M> event) throws Exception;
  }

  private static final class StateFunctions<S, M> extends Mode<S, M> {
    private final States<S, M> states;
    private final Definition<S, M> definition;

    StateFunctions(States<S, M> states, Definition<S, M> definition) {
      super(states);
      this.states = states;
      this.definition = definition;
    }

    @Override
    void define(Self<M> self) throws Exception {
      definition.define(states, self);
      states.requireComplete();
    }

    @Override
    @Nullable Next<S, M> handle(S state, StateEvent<M> event) throws Exception {
      return states.handle(state, event);
    }
  }

  private static final class HandleEvent<S, M> extends Mode<S, M> {
    private final EventDefinition<S, M> definition;
    private @Nullable EventHandler<S, M> handler;

    HandleEvent(EventDefinition<S, M> definition) {
      super(new Transitions<>());
      this.definition = definition;
    }

    @Override
    void define(Self<M> self) throws Exception {
      handler = definition.define(on, self);
    }

    @Override
    @Nullable Next<S, M> handle(S state, StateEvent<M> event) throws Exception {
      return handler == null ? null : handler.handle(state, event);
    }
  }

  private final Class<S> states;
  private final Mode<S, M> mode;
  private @Nullable StateEngine<S, M> engine;

  private GenStateMachine(Class<S> states, Mode<S, M> mode) {
    this.states = states;
    this.mode = mode;
  }

  /**
   * Returns a blueprint of a machine with a handler table for each state: callback mode {@code
   * state_functions}.
   *
   * @param label what reports and logs call it
   * @param states the type of its states, an enum or a sealed type as a rule
   * @param protocol the type of its messages
   */
  public static <S, M> Blueprint<M> define(
      String label, Class<S> states, Class<M> protocol, Definition<S, M> definition) {
    return blueprint(
        label, states, () -> new StateFunctions<>(new States<>(states, protocol), definition));
  }

  /**
   * Returns a blueprint of a machine with one function for all events: callback mode {@code
   * handle_event_function}.
   *
   * @param label what reports and logs call it
   * @param states the type of its states: any type with equality
   */
  public static <S, M> Blueprint<M> handleEvent(
      String label, Class<S> states, EventDefinition<S, M> definition) {
    return blueprint(label, states, () -> new HandleEvent<>(definition));
  }

  private static <S, M> Blueprint<M> blueprint(
      String label, Class<S> states, Supplier<Mode<S, M>> mode) {
    return Blueprint.of(label, () -> new GenStateMachine<>(states, mode.get()));
  }

  // --- the process
  // --------------------------------------------------------------------------------

  @Override
  public void start(Self<M> self) throws Exception {
    StateEngine<S, M> made = prepare(self);
    // as in OTP: whoever waits for the start learns of it before the first state is entered
    self.next(() -> run(() -> made.begin(mode.on.first())));
  }

  private StateEngine<S, M> prepare(Self<M> self) throws Exception {
    mode.define(self);
    StateEngine<S, M> made = mode.on.begin(new ProcessHost(self));
    engine = made;
    return made;
  }

  @Override
  public void message(Self<M> self, M message) throws Exception {
    arrive(new StateEvent.Cast<>(message));
  }

  @Override
  public void call(Self<M> self, M request, From from) throws Exception {
    arrive(new StateEvent.Call<>(request, from));
  }

  @Override
  public void info(Self<M> self, Info info) throws Exception {
    if (info instanceof Info.Exit exit && exit.from().equals(self.parent())) {
      self.stop(exit.reason());
    } else {
      arrive(new StateEvent.Received<>(info));
    }
  }

  private void unexpected(Self<M> self, Info info) throws Exception {
    Behavior.super.info(self, info);
  }

  private void arrive(StateEvent<M> event) throws Exception {
    if (engine != null) {
      engine.arrive(event);
    }
  }

  @Override
  public void terminate(Self<M> self, ExitReason reason) throws Exception {
    mode.on.terminateHandler().handle(reason);
  }

  @Override
  public void ended(Self<M> self, ExitReason reason) throws Exception {
    if (engine != null) {
      engine.end();
    }
    mode.on.endedHandler().handle(reason);
  }

  @Override
  public @Nullable Object state(Self<M> self) {
    return engine == null ? null : engine.state();
  }

  /** Sets the state. As in OTP this is no transition: nothing is entered, retried or cancelled. */
  @Override
  public void replaceState(Self<M> self, Object state) {
    if (engine != null) {
      engine.replaceState(states.cast(state));
    }
  }

  /**
   * Goes on in the state of the machine before. Events it had postponed and timeouts it had set are
   * gone with it.
   */
  @Override
  public void codeChange(Self<M> self, @Nullable Object state, @Nullable Object extra)
      throws Exception {
    StateEngine<S, M> made = prepare(self);
    if (state != null) {
      made.replaceState(states.cast(state));
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  /** Runs a step where no checked exception may escape; the process ends with what failed. */
  private static void run(Step step) {
    try {
      step.run();
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new ExitException(ExitReason.crash(failure));
    }
  }

  /** The engine on a process. */
  private final class ProcessHost implements StateEngine.Host<S, M> {
    private final Self<M> self;

    ProcessHost(Self<M> self) {
      this.self = self;
    }

    @Override
    public Next<S, M> handle(S state, StateEvent<M> event) throws Exception {
      Next<S, M> next = mode.handle(state, event);
      return next == null ? unhandled(state, event) : next;
    }

    private Next<S, M> unhandled(S state, StateEvent<M> event) throws Exception {
      switch (event) {
        case StateEvent.Received<M>(Info info) -> unexpected(self, info);
        case StateEvent.Cast<M>(M message) -> self.warn("has no handler for {}", message);
        case StateEvent.Call<M>(M request, From from) -> {
          self.warn("has no handler for {}", request);
          from.refuse(self.label() + " has no handler for " + request);
        }
        default -> throw new IllegalStateException("no handler for " + event + " in " + state);
      }
      return Next.keep();
    }

    @Override
    public @Nullable Next<S, M> enter(S state, S from) throws Exception {
      return mode.on.enter(state, from);
    }

    @Override
    public void stop(ExitReason reason) {
      self.stop(reason);
    }

    @Override
    public void goOnLater() {
      self.hold();
      self.post(() -> {
        self.release();
        goOn();
      });
    }

    @Override
    public void goOn() {
      self.next(() ->
          run(() -> {
            if (engine != null) {
              engine.go();
            }
          }));
    }

    @Override
    public Timers.@Nullable Timer start(Object name, Duration time, Runnable elapsed) {
      if (!name.equals(StateTimers.EVENT)) {
        return self.after(time, elapsed);
      }
      Runnable unlessSomethingWaits = () -> self.whenIdle(Duration.ZERO, elapsed);
      if (time.isPositive()) {
        return self.after(time, unlessSomethingWaits); // a look through sys does not put it off
      }
      unlessSomethingWaits.run();
      return null;
    }
  }
}
