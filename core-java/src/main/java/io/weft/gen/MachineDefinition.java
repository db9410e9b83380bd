package io.weft.gen;

import io.weft.node.ExitReason;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the callback modules of one machine share: all its definition says but their handlers. */
final class MachineDefinition<S, M> {
  private final Map<String, CallbackModule<S, M>> modules = new HashMap<>(2);
  private @Nullable S initial;
  private Next<S, M> first = Next.keep();
  private @Nullable ServerState<?> data;
  private Transitions.@Nullable CodeChange<S> codeChange;
  private Handlers.Handler<ExitReason> onEnded = reason -> {};
  private @Nullable StateEngine<S, M> engine;

  // --- said by the definition
  // ------------------------------------------------------------------------------------------------

  Next<S, M> start(S state) {
    if (initial != null) {
      throw new IllegalStateException("the machine has a state to start in already: " + initial);
    }
    initial = state;
    return first;
  }

  <C extends CallbackModule<S, M>> C add(C module) {
    if (modules.putIfAbsent(module.name(), module) != null) {
      throw new IllegalArgumentException("two callback modules are called " + module);
    }
    return module;
  }

  void data(ServerState<?> data) {
    this.data = data;
  }

  void onCodeChange(Transitions.CodeChange<S> change) {
    codeChange = change;
  }

  void onEnded(Handlers.Handler<ExitReason> handler) {
    onEnded = handler;
  }

  void engine(StateEngine<S, M> engine) {
    this.engine = engine;
  }

  // --- asked by the behaviour
  // ------------------------------------------------------------------------------------------------

  S initial() {
    if (initial == null) {
      throw new IllegalStateException("the definition does not say in which state to start");
    }
    return initial;
  }

  /** Returns the actions of the start. */
  Next<S, M> first() {
    return first;
  }

  CallbackModule<S, M> module(String name) {
    CallbackModule<S, M> module = modules.get(name);
    if (module == null) {
      throw new IllegalStateException("there is no callback module " + name + " any more");
    }
    return module;
  }

  @Nullable ServerState<?> data() {
    return data;
  }

  Transitions.@Nullable CodeChange<S> codeChange() {
    return codeChange;
  }

  Handlers.Handler<ExitReason> endedHandler() {
    return onEnded;
  }

  S state() {
    if (engine == null) {
      throw new IllegalStateException("the machine has not started");
    }
    return engine.state();
  }
}
