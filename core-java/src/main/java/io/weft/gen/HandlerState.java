package io.weft.gen;

import io.weft.node.ShownState;
import io.weft.node.ShownTerms;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sys} shows of one handler of an {@link EventManager}, and lets be replaced. The state
 * of a manager is the list of these, the handler added last first.
 *
 * @param state null for a handler that {@linkplain EventHandlers#state shows} none
 */
public record HandlerState(HandlerId<?> id, @Nullable Object state) implements ShownState {
  private static final Atom FALSE = Atom.of(false);

  /** Returns the same handler with another state. */
  public HandlerState withState(Object other) {
    return new HandlerState(id, other);
  }

  /** Returns {@code {Module, Id, State}}, where no id is {@code false}. */
  @Override
  public Term shown() {
    return Tuple.of(module(), idOrFalse(), ShownTerms.of(state));
  }

  Atom module() {
    return Atom.of(id.module());
  }

  Term idOrFalse() {
    Term its = id.id();
    return its == null ? FALSE : its;
  }
}
