package io.weft.gen;

import io.weft.gen.EventManager.Owner;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.ShownTerms;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/** A handler of an event manager, and who supervises it. */
record InstalledHandler<E, Q>(HandlerId<Q> id, EventHandlers<E, Q> on, @Nullable Owner owner) {
  /** Something that may fail. */
  interface Attempt {
    void run() throws Exception;
  }

  /** Returns how it failed, or null. A handler's failure is not that of its manager. */
  static @Nullable ExitReason attempt(Attempt step) {
    try {
      step.run();
      return null;
    } catch (ExitException exit) {
      return exit.reason();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError failure) {
      return ExitReason.crash(failure);
    }
  }

  HandlerState state() {
    ServerState<?> state = on.state();
    return new HandlerState(id, state == null ? null : state.read());
  }

  /** Checks that its state can be replaced by {@code other}. */
  void require(HandlerState other) {
    ServerState<?> state = on.state();
    if (!id.isSameAs(other.id())) {
      throw new IllegalArgumentException("the handler is " + id + ", not " + other.id());
    }
    if (state != null) {
      state.require(other.state());
    } else if (other.state() != null) {
      throw new IllegalArgumentException("the handler " + id + " does not show a state");
    }
  }

  void replaceState(HandlerState other) {
    if (on.state() != null && other.state() != null) {
      on.state().replaceBy(other.state());
    }
  }

  /** Returns the record {@code #handler} that gen_event shows. */
  Term term() {
    HandlerState state = state();
    return Tuple.of(
        Terms.atom("handler"),
        state.module(),
        state.idOrFalse(),
        ShownTerms.of(state.state()),
        owner == null ? Terms.atom(false) : owner.pid());
  }
}
