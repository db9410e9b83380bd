package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** OTP's requests to a supervisor with the strategy simple_one_for_one, and its answers. */
final class DynamicTerms<A, M> {
  private static final Term SIMPLE_ONE_FOR_ONE =
      SupervisorTerms.error(Atom.of("simple_one_for_one"));

  private final DynamicChildren<A, M> supervisor;

  DynamicTerms(DynamicChildren<A, M> supervisor) {
    this.supervisor = supervisor;
  }

  void answer(Term request, Consumer<Term> then) {
    if (request instanceof Tuple about) {
      answerAboutOne(about.get(0), about.get(1), then);
    } else if (request.equals(SupervisorForms.WHICH_CHILDREN)) {
      then.accept(SupervisorTerms.rows(supervisor.which()));
    } else {
      then.accept(SupervisorTerms.counts(supervisor.counts()));
    }
  }

  private void answerAboutOne(Term what, Term subject, Consumer<Term> then) {
    if (what.equals(SupervisorForms.START_CHILD)) {
      startChild(subject, then);
    } else if (what.equals(SupervisorForms.GET_CHILDSPEC)) {
      then.accept(childSpec(subject));
    } else if (what.equals(SupervisorForms.TERMINATE_CHILD) && subject instanceof Pid pid) {
      supervisor.terminate(pid, result -> then.accept(SupervisorTerms.done(result)));
    } else {
      then.accept(SIMPLE_ONE_FOR_ONE);
    }
  }

  private void startChild(Term extra, Consumer<Term> then) {
    Tuple start = supervisor.terms().start();
    if (!(extra instanceof ListTerm arguments)) {
      Tuple apply =
          Tuple.of(
              Atom.of("erlang"),
              Atom.of("apply"),
              ListTerm.of(start.get(0), start.get(1), extra),
              ListTerm.NIL);
      then.accept(SupervisorTerms.error(StartFunctions.failed(Atom.of("badarg"), apply)));
      return;
    }
    Function<ListTerm, ? extends @Nullable A> read = supervisor.template().argument();
    A argument;
    try {
      argument = read == null ? null : read.apply(arguments);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failure) {
      then.accept(SupervisorTerms.error(ExitReason.raised(failure).term()));
      return;
    }
    if (argument == null) {
      then.accept(
          SupervisorTerms.error(StartFunctions.undefined(start.get(0), start.get(1), arguments)));
    } else {
      supervisor.start(argument, outcome -> then.accept(SupervisorTerms.started(outcome)));
    }
  }

  /** The one specification goes by its id, and by the pid of each child. */
  private Term childSpec(Term subject) {
    ChildTerms terms = supervisor.terms();
    boolean known =
        subject.equals(terms.id()) || subject instanceof Pid pid && !supervisor.isNoChild(pid);
    if (!known) {
      return SupervisorTerms.error(Atom.of("not_found"));
    }
    ChildTemplate<A, M> template = supervisor.template();
    return Tuple.of(
        Atom.OK, terms.map(template.restart(), false, template.shutdown(), template.type()));
  }
}
