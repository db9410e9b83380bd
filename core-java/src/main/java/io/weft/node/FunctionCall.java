package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;

/**
 * One call of a provided function: what it was called with, and the process it runs in.
 *
 * @param name the function
 * @param arguments as many as its arity says
 * @param self the process that was made for the call
 */
public record FunctionCall(FunctionName name, List<Term> arguments, BlockingSelf<Term> self) {
  /** Returns the node that runs the function. */
  public Node node() {
    return self.node();
  }

  /** Returns the process that asked, as a rule one of another node. */
  public Pid caller() {
    return self.self().parent();
  }

  /** Returns the process that does input and output for this call, at the caller's as a rule. */
  public Pid groupLeader() {
    return self.self().groupLeader();
  }

  /** Returns an argument, the first being 0. */
  public Term argument(int index) {
    return arguments.get(index);
  }

  /**
   * Returns an argument of a type, the first being 0.
   *
   * @throws ErrorException {@code function_clause} if it is none
   */
  public <T extends Term> T argument(int index, Class<T> type) {
    Term argument = arguments.get(index);
    if (!type.isInstance(argument)) {
      throw functionClause();
    }
    return type.cast(argument);
  }

  /** Returns the error of a function that has no clause for its arguments. */
  public ErrorException functionClause() {
    return ErrorException.functionClause(name, arguments);
  }

  /** Returns the error of a function of the runtime system that does not take its arguments. */
  public ErrorException badarg() {
    return ErrorException.badarg(name.module(), name.function(), new ListTerm(arguments));
  }

  /** Returns {@code {Module, Function, Arguments}}. */
  public Tuple term() {
    return Tuple.of(name.module(), name.function(), new ListTerm(arguments));
  }

  /** Returns the call of a function with these arguments in the process of this one. */
  FunctionCall of(Atom module, Atom function, List<Term> with) {
    return new FunctionCall(new FunctionName(module, function, with.size()), with, self);
  }
}
