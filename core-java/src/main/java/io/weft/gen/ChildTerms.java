package io.weft.gen;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;

/**
 * How a child specification looks to foreign nodes, as far as Weft does not use it itself.
 *
 * @param id its id
 * @param start {@code {Module, Function, Arguments}}
 * @param modules a list of module names, or {@code dynamic}
 */
record ChildTerms(Term id, Tuple start, Term modules) {
  static final Atom DYNAMIC = Atom.of("dynamic");
  static final Atom INFINITY = Atom.of("infinity");
  static final Atom BRUTAL_KILL = Atom.of("brutal_kill");

  /** Returns the terms of a child that was described in Java. */
  static ChildTerms of(ChildSpec<?> spec) {
    return of(spec.id(), spec.blueprint().label());
  }

  static ChildTerms of(String id, String label) {
    Tuple start =
        Tuple.of(Atom.of("io.weft"), Atom.of("start_link"), Terms.list(Terms.binary(label)));
    return new ChildTerms(idOf(id), start, DYNAMIC);
  }

  /** Returns an id as a term: an atom, unless it is too long for one. */
  static Term idOf(String id) {
    return id.codePointCount(0, id.length()) <= Atom.MAX_CODE_POINTS
        ? Atom.of(id)
        : Terms.binary(id);
  }

  /** Returns milliseconds, {@code infinity} or {@code brutal_kill}. */
  static Term of(Shutdown shutdown) {
    return switch (shutdown) {
      case Shutdown.Within within -> new IntTerm(within.time().toMillis());
      case Shutdown.Infinity _ -> INFINITY;
      case Shutdown.BrutalKill _ -> BRUTAL_KILL;
    };
  }

  /** Returns an id of a foreign child as text. */
  static String textOf(Term id) {
    return id instanceof Atom atom ? atom.name() : id.toString();
  }

  /** Returns these terms as OTP keeps them for a temporary child that was started by request. */
  ChildTerms withoutArguments() {
    return new ChildTerms(id, Tuple.of(start.get(0), start.get(1), Atom.UNDEFINED), modules);
  }

  /** Returns the child specification as a map with all seven keys. */
  Term map(Restart restart, boolean significant, Shutdown shutdown, ChildType type) {
    return MapTerm.of(
        Atom.of("id"), id,
        Atom.of("start"), start,
        Atom.of("restart"), restart.term(),
        Atom.of("significant"), Atom.of(significant),
        Atom.of("shutdown"), of(shutdown),
        Atom.of("type"), type.term(),
        Atom.of("modules"), modules);
  }

  /** Returns the record that OTP's supervisor puts beside the reason of a failed start. */
  Term record(ChildSpec<?> spec) {
    return record(spec, Atom.UNDEFINED);
  }

  /** Returns the record of a child that {@code pid} says the state of. */
  Term record(ChildSpec<?> spec, Term pid) {
    return record(spec.restart(), spec.significant(), spec.shutdown(), spec.type(), pid);
  }

  Term record(Restart restart, boolean significant, Shutdown shutdown, ChildType type, Term pid) {
    return Tuple.of(
        Atom.of("child"),
        pid,
        id,
        start,
        restart.term(),
        Atom.of(significant),
        of(shutdown),
        type.term(),
        modules);
  }
}
