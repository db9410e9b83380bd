package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Child specifications of foreign nodes, as a map or a tuple of six, checked in OTP's order and
 * refused in its words.
 */
final class SpecTerms {
  /** What a specification came to. */
  sealed interface Reading {}

  /** Why it is none. */
  record Wrong(Term why) implements Reading {}

  /** All it says; what runs is not known yet. */
  record Read(
      ChildTerms terms, Restart restart, boolean significant, Shutdown shutdown, ChildType type)
      implements Reading {
    <M> ChildSpec<M> with(Blueprint<M> blueprint) {
      return new ChildSpec<>(
          ChildTerms.textOf(terms.id()), blueprint, restart, shutdown, type, significant, null);
    }
  }

  /** Stands where a blueprint is not known, and is never started. */
  static final Blueprint<Void> NOTHING =
      Blueprint.of(
          "undefined",
          () -> {
            throw new IllegalStateException("a child without a start function cannot be started");
          });

  private static final Atom ID = Atom.of("id");
  private static final Atom START = Atom.of("start");
  private static final Atom RESTART = Atom.of("restart");
  private static final Atom SIGNIFICANT = Atom.of("significant");
  private static final Atom SHUTDOWN = Atom.of("shutdown");
  private static final Atom TYPE = Atom.of("type");
  private static final Atom MODULES = Atom.of("modules");
  private static final Map<Term, Restart> RESTARTS =
      Map.of(
          Restart.PERMANENT.term(), Restart.PERMANENT,
          Restart.TRANSIENT.term(), Restart.TRANSIENT,
          Restart.TEMPORARY.term(), Restart.TEMPORARY);
  private static final Map<Term, ChildType> TYPES =
      Map.of(
          ChildType.WORKER.term(), ChildType.WORKER,
          ChildType.SUPERVISOR.term(), ChildType.SUPERVISOR);

  /** Ends the reading. */
  private static final class WrongSpec extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Term why;

    WrongSpec(String what, Term value) {
      this(Tuple.of(Atom.of(what), value));
    }

    WrongSpec(Term why) {
      super(why.toString(), null, false, false);
      this.why = why;
    }
  }

  private SpecTerms() {}

  static Reading read(Term spec) {
    try {
      return switch (spec) {
        case MapTerm map -> readMap(map);
        case Tuple old when old.arity() == 6 -> readMap(asMap(old));
        default -> throw new WrongSpec("invalid_child_spec", spec);
      };
    } catch (WrongSpec wrong) {
      return new Wrong(wrong.why);
    }
  }

  private static MapTerm asMap(Tuple old) {
    return MapTerm.of(
        ID, old.get(0),
        START, old.get(1),
        RESTART, old.get(2),
        SHUTDOWN, old.get(3),
        TYPE, old.get(4),
        MODULES, old.get(5));
  }

  private static Read readMap(MapTerm spec) throws WrongSpec {
    Term id = required(spec, ID, "missing_id");
    Tuple start = start(required(spec, START, "missing_start"));
    Restart restart =
        oneOf(RESTARTS, optional(spec, RESTART, Restart.PERMANENT.term()), "invalid_restart_type");
    boolean significant = significant(optional(spec, SIGNIFICANT, Atom.FALSE));
    ChildType type =
        oneOf(TYPES, optional(spec, TYPE, ChildType.WORKER.term()), "invalid_child_type");
    Shutdown shutdown = shutdown(optional(spec, SHUTDOWN, ChildTerms.of(Shutdown.defaultOf(type))));
    Term modules = modules(optional(spec, MODULES, Terms.list(start.get(0))));
    return new Read(new ChildTerms(id, start, modules), restart, significant, shutdown, type);
  }

  private static Term required(MapTerm spec, Atom key, String otherwise) throws WrongSpec {
    Term value = spec.get(key);
    if (value == null) {
      throw new WrongSpec(Atom.of(otherwise));
    }
    return value;
  }

  private static Term optional(MapTerm spec, Atom key, Term otherwise) {
    return Optional.ofNullable(spec.get(key)).orElse(otherwise);
  }

  private static Tuple start(Term value) throws WrongSpec {
    if (value instanceof Tuple start
        && start.arity() == 3
        && start.get(0) instanceof Atom
        && start.get(1) instanceof Atom
        && start.get(2) instanceof ListTerm) {
      return start;
    }
    throw new WrongSpec("invalid_mfa", value);
  }

  private static <T> T oneOf(Map<Term, T> choices, Term value, String otherwise) throws WrongSpec {
    @Nullable T chosen = choices.get(value);
    if (chosen == null) {
      throw new WrongSpec(otherwise, value);
    }
    return chosen;
  }

  private static boolean significant(Term value) throws WrongSpec {
    if (!value.equals(Atom.TRUE) && !value.equals(Atom.FALSE)) {
      throw new WrongSpec("invalid_significant", value);
    }
    return value.equals(Atom.TRUE);
  }

  private static Shutdown shutdown(Term value) throws WrongSpec {
    if (value.equals(ChildTerms.INFINITY)) {
      return new Shutdown.Infinity();
    }
    if (value.equals(ChildTerms.BRUTAL_KILL)) {
      return new Shutdown.BrutalKill();
    }
    if (value instanceof IntTerm(long millis) && millis >= 0) {
      return new Shutdown.Within(Duration.ofMillis(millis));
    }
    throw new WrongSpec("invalid_shutdown", value);
  }

  private static Term modules(Term value) throws WrongSpec {
    if (value.equals(ChildTerms.DYNAMIC)) {
      return value;
    }
    if (!(value instanceof ListTerm modules)) {
      throw new WrongSpec("invalid_modules", value);
    }
    for (Term module : modules.elements()) {
      if (!(module instanceof Atom)) {
        throw new WrongSpec("invalid_module", module);
      }
    }
    return value;
  }
}
