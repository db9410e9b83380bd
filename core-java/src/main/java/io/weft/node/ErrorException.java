package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a reason that Erlang understands: {@code error(Reason)}. A process that does not
 * catch it ends with {@code {Reason, Stack}}.
 */
public final class ErrorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Term reason;
  private final transient @Nullable ListTerm stack;

  /** Makes an error; its stack tells where in this node it was made. */
  public ErrorException(Term reason) {
    super(reason.abbreviate(500));
    this.reason = reason;
    this.stack = null;
  }

  /** Makes an error that is reported with a stack of its own: a list as Erlang has them. */
  public ErrorException(Term reason, ListTerm stack) {
    super(reason.abbreviate(500), null, false, false);
    this.reason = reason;
    this.stack = stack;
  }

  /** There is no such function. */
  static ErrorException undef(Atom module, Atom function, Term arguments) {
    return at("undef", module, function, arguments, ListTerm.NIL);
  }

  /** The function was called with the wrong arguments, as Erlang says it of one of its own. */
  static ErrorException functionClause(FunctionName name, List<Term> arguments) {
    return at(
        "function_clause", name.module(), name.function(), Terms.list(arguments), ListTerm.NIL);
  }

  /** A function of the runtime system was called with the wrong arguments. */
  static ErrorException badarg(Atom module, Atom function, Term arguments) {
    Term info =
        Tuple.of(Atom.of("error_info"), Terms.map(Atom.of("module"), Atom.of("erl_erts_errors")));
    return at("badarg", module, function, arguments, Terms.list(info));
  }

  private static ErrorException at(
      String reason, Atom module, Atom function, Term arguments, ListTerm place) {
    return new ErrorException(
        Atom.of(reason), Terms.list(Tuple.of(module, function, arguments, place)));
  }

  /** Returns what Erlang sees of the error. */
  public Term reason() {
    return reason;
  }

  /** Returns where it was raised, in Erlang's form. */
  public ListTerm stack() {
    return stack != null ? stack : CrashTerm.stackOf(this);
  }

  /**
   * Returns the entries of an Erlang stack as Java shows them, for a failure that comes from
   * another node.
   */
  public static StackTraceElement[] toJava(Term stack) {
    List<StackTraceElement> frames = new ArrayList<>();
    if (stack instanceof ListTerm list) {
      for (Term frame : list.elements()) {
        if (frame instanceof Tuple place && place.arity() == 4) {
          frames.add(frameOf(place));
        }
      }
    }
    return frames.toArray(StackTraceElement[]::new);
  }

  private static StackTraceElement frameOf(Tuple place) {
    String file = null;
    int line = -1;
    if (place.get(3) instanceof ListTerm where) {
      for (Term each : where.elements()) {
        if (each instanceof Tuple pair && pair.isTagged(Atom.of("file"), 2)) {
          file = TermText.of(pair.get(1));
        } else if (each instanceof Tuple pair
            && pair.isTagged(Atom.of("line"), 2)
            && pair.get(1) instanceof IntTerm(long number)) {
          line = (int) number;
        }
      }
    }
    Term arity = place.get(2) instanceof ListTerm with ? IntTerm.of(with.size()) : place.get(2);
    return new StackTraceElement(
        place.get(0).abbreviate(100),
        place.get(1).abbreviate(100) + "/" + arity.abbreviate(10),
        file,
        line);
  }
}
