package io.weft.gen;

import io.weft.gen.Supervisor.ChildCount;
import io.weft.gen.Supervisor.ChildInfo;
import io.weft.node.Blueprint;
import io.weft.node.ShownTerms;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of OTP's module supervisor, and its answers to the letter.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/supervisor.html">OTP, module supervisor</a>
 */
final class SupervisorTerms {
  private static final Atom RESTARTING = Atom.of("restarting");
  private static final Term NOT_FOUND = error(Atom.of("not_found"));

  private final ChildRequests requests;

  SupervisorTerms(ChildRequests requests) {
    this.requests = requests;
  }

  /** Answers one of the requests that {@link SupervisorForms} lets pass. */
  void answer(Term request, Consumer<Term> then) {
    if (request instanceof Tuple about) {
      answerAboutOne(about.get(0), about.get(1), then);
    } else if (request.equals(SupervisorForms.WHICH_CHILDREN)) {
      then.accept(rows(requests.which()));
    } else {
      then.accept(counts(requests.counts()));
    }
  }

  private void answerAboutOne(Term what, Term subject, Consumer<Term> then) {
    if (what.equals(SupervisorForms.START_CHILD)) {
      startChild(subject, then);
    } else if (what.equals(SupervisorForms.TERMINATE_CHILD)) {
      requests.terminate(subject, result -> then.accept(done(result)));
    } else if (what.equals(SupervisorForms.RESTART_CHILD)) {
      requests.restart(subject, result -> then.accept(started(result)));
    } else if (what.equals(SupervisorForms.DELETE_CHILD)) {
      then.accept(done(requests.delete(subject)));
    } else {
      then.accept(childSpec(requests.find(subject)));
    }
  }

  private void startChild(Term spec, Consumer<Term> then) {
    switch (SpecTerms.read(spec)) {
      case SpecTerms.Wrong(Term why) -> then.accept(error(why));
      case SpecTerms.Read read -> {
        Blueprint<?> blueprint = requests.startFunctions().apply(read.terms().start());
        if (blueprint == null) {
          then.accept(undefined(read));
        } else {
          start(read.with(blueprint), read.terms(), then);
        }
      }
    }
  }

  private <M> void start(ChildSpec<M> spec, ChildTerms terms, Consumer<Term> then) {
    requests.start(spec, terms, outcome -> then.accept(started(outcome)));
  }

  /** The child is known already, or its start function is not. */
  private Term undefined(SpecTerms.Read read) {
    ChildSpec<?> spec = read.with(SpecTerms.NOTHING);
    Term refusal = requests.refusal(spec, read.terms());
    if (refusal != null) {
      return error(refusal);
    }
    Tuple start = read.terms().start();
    Term undef = StartFunctions.undefined(start.get(0), start.get(1), (ListTerm) start.get(2));
    return error(Tuple.of(undef, read.terms().record(spec)));
  }

  // --- answers
  // ------------------------------------------------------------------------------------------------

  static Term error(Term reason) {
    return Tuple.of(Atom.ERROR, reason);
  }

  static Term started(ChildStart<?> outcome) {
    return switch (outcome) {
      case ChildStart.Ok<?> ok -> ok(ok.pid(), ok.info());
      case ChildStart.Ignored<?> _ -> Tuple.of(Atom.OK, Atom.UNDEFINED);
      case ChildStart.Refused<?> refused -> error(refused.reason());
    };
  }

  /** Returns {@code {ok, Pid}} or {@code {ok, Pid, Info}}. */
  private static Term ok(@Nullable Pid pid, @Nullable Object info) {
    Term child = pid == null ? Atom.UNDEFINED : pid;
    return info == null ? Tuple.of(Atom.OK, child) : Tuple.of(Atom.OK, child, ShownTerms.of(info));
  }

  private static Term started(ChildResult result) {
    return switch (result) {
      case ChildResult.Done(Pid pid, Object info) -> ok(pid, info);
      case ChildResult.Refused(Term reason) -> error(reason);
    };
  }

  static Term done(ChildResult result) {
    return switch (result) {
      case ChildResult.Done _ -> Atom.OK;
      case ChildResult.Refused(Term reason) -> error(reason);
    };
  }

  private static Term childSpec(@Nullable Child<?> child) {
    if (child == null) {
      return NOT_FOUND;
    }
    ChildSpec<?> spec = child.spec();
    return Tuple.of(
        Atom.OK,
        child.terms().map(spec.restart(), spec.significant(), spec.shutdown(), spec.type()));
  }

  static Term rows(List<ChildInfo> children) {
    List<Term> rows = new ArrayList<>(children.size());
    for (ChildInfo child : children) {
      Pid pid = child.pid();
      Term where = child.restarting() ? RESTARTING : pid == null ? Atom.UNDEFINED : pid;
      rows.add(Tuple.of(child.key(), where, child.type().term(), child.modules()));
    }
    return Terms.list(rows);
  }

  static Term counts(ChildCount count) {
    return Terms.list(
        Tuple.of(Atom.of("specs"), new IntTerm(count.specs())),
        Tuple.of(Atom.of("active"), new IntTerm(count.active())),
        Tuple.of(Atom.of("supervisors"), new IntTerm(count.supervisors())),
        Tuple.of(Atom.of("workers"), new IntTerm(count.workers())));
  }
}
