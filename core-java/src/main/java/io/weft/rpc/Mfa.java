package io.weft.rpc;

import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;

/**
 * A function and what it is called with: {@code {Module, Function, Arguments}}.
 *
 * @param module the module
 * @param function the function
 * @param arguments the arguments
 */
public record Mfa(Atom module, Atom function, ListTerm arguments) {
  /** Returns the call of a function. */
  public static Mfa of(String module, String function, Term... arguments) {
    return new Mfa(Atom.of(module), Atom.of(function), Terms.list(arguments));
  }

  /**
   * Returns the call that a term is.
   *
   * @throws TermMappingException if it is none
   */
  public static Mfa of(Term term) {
    if (term instanceof Tuple tuple
        && tuple.arity() == 3
        && tuple.get(0) instanceof Atom module
        && tuple.get(1) instanceof Atom function
        && tuple.get(2) instanceof ListTerm arguments) {
      return new Mfa(module, function, arguments);
    }
    throw new TermMappingException(
        "a call is {Module, Function, Arguments}, not " + term.abbreviate(200));
  }

  @Override
  public String toString() {
    return module + ":" + function + "/" + arguments.size();
  }
}
