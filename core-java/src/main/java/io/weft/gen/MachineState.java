package io.weft.gen;

import io.weft.node.ShownState;
import io.weft.node.ShownTerms;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sys} shows of a {@link GenStateMachine}, and lets be replaced: {@code {State, Data}}.
 * A code change hands it on, together with all the machine has under way.
 */
public final class MachineState implements ShownState {
  private final Object state;
  private final @Nullable Object data;
  private final @Nullable StateEngine<?, ?> engine;

  MachineState(Object state, @Nullable Object data, @Nullable StateEngine<?, ?> engine) {
    this.state = Objects.requireNonNull(state);
    this.data = data;
    this.engine = engine;
  }

  /** Returns what a machine may be told to be. */
  public static MachineState of(Object state, @Nullable Object data) {
    return new MachineState(state, data, null);
  }

  /** Returns the state. */
  public Object state() {
    return state;
  }

  /** Returns the data; null for a machine that does not {@linkplain Transitions#data show} any. */
  public @Nullable Object data() {
    return data;
  }

  /** Returns the same with another state. */
  public MachineState withState(Object other) {
    return new MachineState(other, data, engine);
  }

  /** Returns the same with other data. */
  public MachineState withData(Object other) {
    return new MachineState(state, other, engine);
  }

  /** Returns the engine that a machine hands on in a code change, else null. */
  @Nullable StateEngine<?, ?> engine() {
    return engine;
  }

  /** Returns {@code {State, Data}}, where no data are {@code undefined}. */
  @Override
  public Term shown() {
    return Tuple.of(ShownTerms.of(state), ShownTerms.of(data));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MachineState that
        && state.equals(that.state)
        && Objects.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(state, data);
  }

  @Override
  public String toString() {
    return "{" + state + ", " + data + "}";
  }
}
