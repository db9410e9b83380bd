package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The start functions that child specifications of foreign nodes may name. */
final class StartFunctions {
  private record Name(Term module, Term function) {}

  private static final Atom EXIT = Atom.of("EXIT");

  private final Map<Name, Function<ListTerm, ? extends Blueprint<?>>> functions = new HashMap<>();

  void add(String module, String function, Function<ListTerm, ? extends Blueprint<?>> blueprint) {
    functions.put(new Name(Atom.of(module), Atom.of(function)), blueprint);
  }

  /**
   * Returns the blueprint that {@code {Module, Function, Arguments}} makes, or null if there is no
   * such function, or it does not take these arguments. One that fails makes a blueprint whose
   * start fails the same way.
   */
  @Nullable Blueprint<?> apply(Tuple start) {
    Function<ListTerm, ? extends Blueprint<?>> function =
        functions.get(new Name(start.get(0), start.get(1)));
    if (function == null || !(start.get(2) instanceof ListTerm arguments)) {
      return null;
    }
    try {
      return function.apply(arguments);
    } catch (RuntimeException failure) {
      return Blueprint.<Void>of(
          "failed",
          () -> {
            throw failure;
          });
    }
  }

  /** Returns how OTP says that there is no such function. */
  static Term undefined(Term module, Term function, ListTerm arguments) {
    return failed(Atom.of("undef"), Tuple.of(module, function, arguments, ListTerm.NIL));
  }

  /** Returns how OTP says that a start function raised an error. */
  static Term failed(Term reason, Tuple where) {
    return Tuple.of(EXIT, Tuple.of(reason, Terms.list(where)));
  }
}
