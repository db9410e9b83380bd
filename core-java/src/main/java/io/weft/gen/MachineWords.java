package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.ShownTerms;
import io.weft.node.SystemEvent;
import io.weft.node.SystemEvent.Own.Kind;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a state machine tells {@code sys} of what it does, in gen_statem's words. Within one
 * transition replies come before changes of the callback module, and these before inserted events;
 * there gen_statem keeps to the order of its actions.
 */
final class MachineWords<S, M> {
  private static final Tuple INIT = Tuple.of(Atom.of("internal"), Atom.of("init_state"));
  private static final ListTerm ABSOLUTE = ListTerm.of(Tuple.of(Atom.of("abs"), Atom.of(true)));

  private final MachineTerms<M> terms;

  MachineWords(MachineTerms<M> terms) {
    this.terms = terms;
  }

  /** An event is about to be handled, or was inserted. */
  SystemEvent in(StateEvent<M> event, S state) {
    Tuple shown = terms.event(event);
    return own(
        Kind.IN,
        "receive " + shown.get(0) + " " + shown.get(1) + inState(state),
        Tuple.of(Atom.of("in"), shown, ShownTerms.of(state)));
  }

  SystemEvent out(Reply<?> to, Object reply) {
    Term caller = to instanceof FromReply<?>(var from) ? MachineTerms.caller(from) : Atom.UNDEFINED;
    Term shown = ShownTerms.of(reply);
    return own(
        Kind.OUT, "send " + shown + " to " + caller, Tuple.of(Atom.of("out"), shown, caller));
  }

  SystemEvent module(String name, S state) {
    return aboutModule("module", name, state);
  }

  SystemEvent entered(String module, S state) {
    return aboutModule("enter", module, state);
  }

  private SystemEvent aboutModule(String what, String name, S state) {
    Term shown = Tuple.of(Atom.of(what), Atom.of(name), ShownTerms.of(state));
    return own(Kind.OTHER, what + " " + name + inState(state), shown);
  }

  /**
   * An event was handled, or postponed.
   *
   * @param event null for what the start was
   */
  SystemEvent done(@Nullable StateEvent<M> event, boolean postponed, S before, S after) {
    String what = postponed ? "postpone" : "consume";
    Tuple shown = event == null ? INIT : terms.event(event);
    boolean changed = !before.equals(after);
    return own(
        Kind.OTHER,
        what
            + " "
            + shown.get(0)
            + " "
            + shown.get(1)
            + inState(before)
            + (changed ? " => " + ShownTerms.of(after) : ""),
        Tuple.of(Atom.of(what), shown, ShownTerms.of(before), ShownTerms.of(after)));
  }

  /** A timeout was set. */
  SystemEvent timer(TimeoutAction action, S state) {
    return switch (action) {
      case TimeoutAction.Set(Object name, @Nullable Object content, Duration time) ->
          timer(name, time.toMillis(), content, ListTerm.NIL, state);
      case TimeoutAction.SetAt(Object name, @Nullable Object content, long nanoTime) ->
          timer(name, TimeUnit.NANOSECONDS.toMillis(nanoTime), content, ABSOLUTE, state);
      case TimeoutAction.Update _, TimeoutAction.Cancel _ ->
          throw new IllegalArgumentException(action + " sets none");
    };
  }

  private SystemEvent timer(
      Object name, long millis, @Nullable Object content, ListTerm options, S state) {
    Tuple timer =
        Tuple.of(MachineTerms.typeOf(name), new IntTerm(millis), ShownTerms.of(content), options);
    return own(
        Kind.OTHER,
        "start_timer " + timer + inState(state),
        Tuple.of(Atom.of("start_timer"), timer, ShownTerms.of(state)));
  }

  SystemEvent terminated(ExitReason reason, S state) {
    return own(
        Kind.OTHER,
        "terminate " + reason.brief() + inState(state),
        Tuple.of(Atom.of("terminate"), reason.term(), ShownTerms.of(state)));
  }

  private static SystemEvent own(Kind kind, String text, Term term) {
    return new SystemEvent.Own(kind, text, term);
  }

  private static String inState(Object state) {
    return " in state " + ShownTerms.of(state);
  }
}
