package io.weft.gen;

import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The event handlers that foreign nodes may add, by module. */
final class HandlerModules<E> implements EventManager.Modules<E> {
  private static final Atom INIT = Atom.of("init");

  /** A module; its {@code id} has the id that was asked for. */
  record Provided<E, Q>(HandlerId<Q> id, EventManager.Init<E, Q> init) {
    /** Returns what to add, given what a foreign node gave along. */
    EventManager.Definition<E, Q> definition(Term arguments) {
      return (on, manager) -> {
        EventManager.Definition<E, Q> made;
        try {
          made = init.init(arguments);
        } catch (TermMappingException unknown) {
          throw failure("function_clause", call(Atom.of(id.module()), arguments));
        }
        made.define(on, manager);
      };
    }

    Provided<E, Q> withId(@Nullable Term of) {
      return of == null ? this : new Provided<>(id.withId(of), init);
    }
  }

  private final Map<Term, Provided<E, ?>> modules = new HashMap<>(2);

  @Override
  public <Q> void provide(HandlerId<Q> module, EventManager.Init<E, Q> init) {
    if (modules.putIfAbsent(Atom.of(module.module()), new Provided<>(module, init)) != null) {
      throw new IllegalArgumentException("the module " + module + " is provided twice");
    }
  }

  /** Returns the module of a handler {@code Module} or {@code {Module, Id}}; null for no such. */
  @Nullable Provided<E, ?> find(Term handler) {
    Provided<E, ?> module = modules.get(moduleOf(handler));
    return module == null ? null : module.withId(idOf(handler));
  }

  static Term moduleOf(Term handler) {
    return handler instanceof Tuple pair && pair.arity() == 2 ? pair.get(0) : handler;
  }

  static @Nullable Term idOf(Term handler) {
    return handler instanceof Tuple pair && pair.arity() == 2 ? pair.get(1) : null;
  }

  // --- those that do not exist
  // ------------------------------------------------------------------------------------------------

  /** Returns an id for a handler of a module that does not exist. */
  static HandlerId<Void> unknown(Term handler) {
    Term module = moduleOf(handler);
    HandlerId<Void> id = HandlerId.of(module instanceof Atom name ? name.name() : "" + module);
    Term its = idOf(handler);
    return its == null ? id : id.withId(its);
  }

  /** Returns how the init of a module fails that does not exist, or is no module. */
  static ExitException undefined(Term handler, Term arguments) {
    Term module = moduleOf(handler);
    return module instanceof Atom
        ? failure("undef", call(module, arguments))
        : failure(
            "badarg",
            Tuple.of(
                Atom.of("erlang"),
                Atom.of("apply"),
                ListTerm.of(module, INIT, ListTerm.of(arguments)),
                ListTerm.NIL));
  }

  private static Tuple call(Term module, Term arguments) {
    return Tuple.of(module, INIT, ListTerm.of(arguments), ListTerm.NIL);
  }

  private static ExitException failure(String why, Tuple where) {
    return new ExitException(ExitReason.of(Tuple.of(Atom.of(why), ListTerm.of(where))));
  }
}
