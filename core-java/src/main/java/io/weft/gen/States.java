package io.weft.gen;

import io.weft.node.From;
import io.weft.node.Info;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The handler tables of a {@link GenStateMachine}, one for each state: gen_statem's callback mode
 * {@code state_functions}.
 *
 * <p>A handler is looked up in the table of the state, then in that of the state's type, then in
 * the one for {@link #any} state; within a table by the class of the message, then by the types
 * above it.
 *
 * @param <S> the states: an enum, or a sealed type
 * @param <M> the protocol
 */
public final class States<S, M> extends Transitions<S, M> {
  private final Class<S> states;
  private final Class<M> protocol;
  private final Map<S, StateHandlers<S, M, S>> ofStates = new HashMap<>();
  private final Map<Class<?>, StateHandlers<S, M, ? extends S>> ofTypes = new HashMap<>(2);
  private final StateHandlers<S, M, S> any;
  private @Nullable S lookedUp;
  private List<StateHandlers<S, M, ? extends S>> inLookedUp = List.of();

  States(MachineDefinition<S, M> machine, Class<S> states, Class<M> protocol) {
    super(machine);
    this.states = states;
    this.protocol = protocol;
    this.any = new StateHandlers<>(this, states, protocol);
  }

  /** Returns the table of one state, a constant of an enum as a rule. */
  public StateHandlers<S, M, S> in(S state) {
    return ofStates.computeIfAbsent(state, _ -> new StateHandlers<>(this, states, protocol));
  }

  /** Returns the table of all states of a type. To be asked for once. */
  public <T extends S> StateHandlers<S, M, T> in(Class<T> type) {
    var table = new StateHandlers<>(this, type, protocol);
    if (ofTypes.putIfAbsent(type, table) != null) {
      throw new IllegalArgumentException("the states " + type.getName() + " have a table already");
    }
    return table;
  }

  /** Returns the table for what the present state's own tables leave open. */
  public StateHandlers<S, M, S> any() {
    return any;
  }

  /** As the other {@code stateFunctions}, with the states and the protocol of these tables. */
  public CallbackModule<S, M> stateFunctions(String name, ModuleTables<S, M> definition)
      throws Exception {
    return stateFunctions(name, states, protocol, definition);
  }

  // --- look-up
  // ------------------------------------------------------------------------------------

  private List<StateHandlers<S, M, ? extends S>> tablesFor(S state) {
    List<StateHandlers<S, M, ? extends S>> found = new ArrayList<>(3);
    add(found, ofStates.get(state));
    for (Class<?> type = state.getClass(); type != null; type = type.getSuperclass()) {
      addTypes(found, type);
    }
    found.add(any);
    return found;
  }

  private void addTypes(List<StateHandlers<S, M, ? extends S>> found, Class<?> type) {
    add(found, ofTypes.get(type));
    for (Class<?> above : type.getInterfaces()) {
      addTypes(found, above);
    }
  }

  private void add(
      List<StateHandlers<S, M, ? extends S>> found,
      @Nullable StateHandlers<S, M, ? extends S> table) {
    if (table != null && !found.contains(table)) {
      found.add(table);
    }
  }

  /** The tables of a state, kept while the machine stays in it. */
  private List<StateHandlers<S, M, ? extends S>> tablesOf(S state) {
    if (!state.equals(lookedUp)) {
      inLookedUp = tablesFor(state);
      lookedUp = state;
    }
    return inLookedUp;
  }

  /** Returns what the first table makes of it that knows the event; null if none does. */
  @Nullable Next<S, M> handle(S state, StateEvent<M> event) throws Exception {
    for (StateHandlers<S, M, ? extends S> table : tablesOf(state)) {
      Next<S, M> next = handleIn(table, event);
      if (next != null) {
        return next;
      }
    }
    return null;
  }

  private @Nullable Next<S, M> handleIn(StateHandlers<S, M, ? extends S> table, StateEvent<M> event)
      throws Exception {
    return switch (event) {
      case StateEvent.Cast<M>(M message) -> table.message(message, null);
      case StateEvent.Call<M>(M request, From from) -> table.message(request, from);
      case StateEvent.Received<M>(Info info) -> table.info(info);
      case StateEvent.Internal<M>(Object content) -> table.internal(content);
      case StateEvent.StateTimeout<M> timeout -> table.stateTimeout(timeout.content());
      case StateEvent.EventTimeout<M> timeout -> table.eventTimeout(timeout.content());
      case StateEvent.Elapsed<M> elapsed -> table.elapsed(elapsed.timeout(), elapsed.content());
    };
  }

  @Override
  @Nullable Next<S, M> enter(S state, S from) throws Exception {
    for (StateHandlers<S, M, ? extends S> table : tablesOf(state)) {
      if (table.enterHandler() != null) {
        return table.enterHandler().enter(from);
      }
    }
    return super.enter(state, from);
  }

  // --- completeness
  // -------------------------------------------------------------------------------

  /**
   * Checks that in each state of an enum or sealed type each message of a sealed protocol has a
   * handler.
   *
   * @throws IllegalStateException naming those that have none
   */
  void requireComplete() {
    requireComplete(false);
  }

  /** As {@link #requireComplete}, for the states with a table of their own, if there are any. */
  void requireCompleteWhereUsed() {
    requireComplete(!ofStates.isEmpty() || !ofTypes.isEmpty());
  }

  private void requireComplete(boolean whereUsed) {
    var missing = new TreeSet<String>();
    for (Object state : Leaves.of(states)) {
      List<StateHandlers<S, M, ? extends S>> found =
          state instanceof Class<?> type ? tablesForType(type) : tablesFor(states.cast(state));
      if (whereUsed && found.size() == 1) {
        continue;
      }
      for (Object message : Leaves.of(protocol)) {
        if (message instanceof Class<?> type && found.stream().noneMatch(t -> t.handles(type))) {
          missing.add(type.getSimpleName() + " in " + nameOf(state));
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException("no handler for " + String.join(", ", missing));
    }
  }

  private List<StateHandlers<S, M, ? extends S>> tablesForType(Class<?> type) {
    List<StateHandlers<S, M, ? extends S>> found = new ArrayList<>(3);
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      addTypes(found, at);
    }
    found.add(any);
    return found;
  }

  private static String nameOf(Object state) {
    return state instanceof Class<?> type ? type.getSimpleName() : state.toString();
  }
}
