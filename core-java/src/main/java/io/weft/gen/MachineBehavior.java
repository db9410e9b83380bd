package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.NotedEvents;
import io.weft.node.Self;
import io.weft.node.SystemStatus;
import org.jspecify.annotations.Nullable;

/** One life of a {@link GenStateMachine}. */
final class MachineBehavior<S, M> implements Behavior<M> {
  /** Makes the first callback module of one life. */
  interface Setup<S, M> {
    CallbackModule<S, M> define(MachineDefinition<S, M> machine, Self<M> self) throws Exception;
  }

  private final Class<S> states;
  private final Setup<S, M> setup;
  private final MachineDefinition<S, M> definition = new MachineDefinition<>();
  private @Nullable StateEngine<S, M> engine;
  private @Nullable Service<S, M> handedOver;

  private MachineBehavior(Class<S> states, Setup<S, M> setup) {
    this.states = states;
    this.setup = setup;
  }

  static <S, M> Blueprint<M> blueprint(String label, Class<S> states, Setup<S, M> setup) {
    return Blueprint.of(label, () -> new MachineBehavior<>(states, setup));
  }

  // --- the process
  // --------------------------------------------------------------------------------

  @Override
  public void start(Self<M> self) throws Exception {
    CallbackModule<S, M> first = setup.define(definition, self);
    if (self.isStopping()) {
      return;
    }
    StateEngine<S, M> made = new StateEngine<>(host(self), first, definition.initial());
    serveWith(made);
    // as in OTP: whoever waits for the start learns of it before the first state is entered
    self.next(() -> MachineHost.run(() -> made.begin(definition.first())));
  }

  private MachineHost<S, M> host(Self<M> self) {
    return new MachineHost<>(self, info -> Behavior.super.info(self, info));
  }

  private void serveWith(StateEngine<S, M> made) {
    engine = made;
    definition.engine(made);
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

  private void arrive(StateEvent<M> event) throws Exception {
    if (engine != null) {
      engine.arrive(event);
    }
  }

  /** Not for a machine that never came to serve. */
  @Override
  public void terminate(Self<M> self, ExitReason reason) throws Exception {
    if (engine != null) {
      engine.tellEnd(reason);
      Handlers.Handler<ExitReason> handler = engine.modules().terminateHandler();
      if (handler != null) {
        handler.handle(reason);
      }
    }
  }

  @Override
  public void ended(Self<M> self, ExitReason reason) throws Exception {
    if (engine != null) {
      engine.end();
    }
    definition.endedHandler().handle(reason);
  }

  @Override
  public NotedEvents notedEvents() {
    return NotedEvents.NONE;
  }

  // --- looking inside, and replacing
  // ------------------------------------------------------------------------------------------------

  @Override
  public @Nullable MachineState state(Self<M> self) {
    return engine == null ? null : stateOf(engine);
  }

  private MachineState stateOf(StateEngine<S, M> engine) {
    ServerState<?> data = definition.data();
    return new MachineState(engine.state(), data == null ? null : data.read(), engine);
  }

  @Override
  public SystemStatus status(Self<M> self, SystemStatus.Facts facts) throws Exception {
    return engine == null
        ? Behavior.super.status(self, facts)
        : new MachineTerms<>(self.address()).status(facts, engine, stateOf(engine));
  }

  /**
   * Takes on a {@link MachineState}. As in OTP this is no transition: nothing is entered, retried
   * or cancelled.
   */
  @Override
  public void replaceState(Self<M> self, Object replacement) {
    if (!(replacement instanceof MachineState other)) {
      throw new IllegalArgumentException(
          "a state machine takes on a MachineState, not " + replacement);
    }
    if (engine != null) {
      S state = fitting(other.state());
      replaceData(other.data());
      engine.replaceState(state);
    }
  }

  private S fitting(Object state) {
    if (!states.isInstance(state)) {
      throw new IllegalArgumentException(
          "the states of this machine are of " + states.getName() + ", which " + state + " is not");
    }
    return states.cast(state);
  }

  private void replaceData(@Nullable Object data) {
    ServerState<?> mine = definition.data();
    if (data != null && mine != null) {
      mine.replaceBy(data);
    } else if (data != null) {
      throw new IllegalArgumentException("this machine has no data to replace by " + data);
    }
  }

  /** What an engine serves under. */
  private record Service<S, M>(MachineHost<S, M> host, ModuleStack<S, M> modules, S state) {}

  @Override
  public @Nullable Object handOver(Self<M> self) {
    handedOver =
        engine == null ? null : new Service<>(host(self), engine.modules(), engine.state());
    return state(self);
  }

  @Override
  public void takeBack(Self<M> self) {
    Service<S, M> before = handedOver;
    if (engine != null && before != null) {
      engine.goOnUnder(before.host(), before.modules(), before.state());
    }
  }

  @Override
  public void codeChange(Self<M> self, @Nullable Object former, @Nullable Object extra)
      throws Exception {
    CallbackModule<S, M> first = setup.define(definition, self);
    MachineState before =
        former instanceof MachineState machine
            ? machine
            : MachineState.of(former == null ? definition.initial() : former, null);
    S state = begin(before, extra);
    StateEngine<S, M> handed = engineOf(before);
    if (handed == null) {
      serveWith(new StateEngine<>(host(self), first, state));
    } else {
      handed.goOnUnder(host(self), handed.modules().renewed(first, definition), state);
      serveWith(handed);
    }
  }

  private S begin(MachineState before, @Nullable Object extra) throws Exception {
    Transitions.CodeChange<S> change = definition.codeChange();
    if (change != null) {
      return change.begin(before, extra);
    }
    S state = fitting(before.state());
    replaceData(before.data());
    return state;
  }

  /**
   * The one place where an engine becomes that of newer code. Its states are taken on one by one;
   * what it has under way are messages that are handled as any others.
   */
  @SuppressWarnings("unchecked")
  private static <S, M> @Nullable StateEngine<S, M> engineOf(MachineState former) {
    return (StateEngine<S, M>) former.engine();
  }
}
