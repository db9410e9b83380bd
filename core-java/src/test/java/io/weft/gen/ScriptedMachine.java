package io.weft.gen;

import static io.weft.gen.StateScript.tagged;

import io.weft.node.Blueprint;
import io.weft.node.From;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A machine of Weft that follows a {@link StateScript}, as statem_script.erl does. */
final class ScriptedMachine {
  private static final Atom DONE = Atom.of("done");

  private final StateScript.Run run;
  private final Transitions<Atom, Term> on;
  private final Map<Term, Reply<Term>> calls = new HashMap<>();
  private final List<Term> log = new ArrayList<>();

  private ScriptedMachine(StateScript script, Transitions<Atom, Term> on) {
    this.run = script.new Run();
    this.on = on;
  }

  static Blueprint<Term> blueprint(StateScript script) {
    return GenStateMachine.<Atom, Term>handleEvent(
            "script",
            Atom.class,
            (on, self) -> {
              var machine = new ScriptedMachine(script, on);
              Next<Atom, Term> start = on.start(StateScript.INITIAL);
              script.start().forEach(action -> machine.act(start, action));
              on.onEnter(machine::enter);
              return machine::handle;
            })
        .codec(TermCodec.identity());
  }

  private Next<Atom, Term> enter(Atom from) {
    return react(tagged("enter", on.state()), Atom.of("enter"), from);
  }

  private Next<Atom, Term> handle(Atom state, StateEvent<Term> event) {
    return switch (event) {
      case StateEvent.Cast<Term>(Term id) -> react(StateScript.event(id), Atom.of("cast"), id);
      case StateEvent.Call<Term>(Term id, From from) -> called(id, from);
      case StateEvent.Internal<Term>(Object id) ->
          react(StateScript.event((Term) id), Atom.of("internal"), (Term) id);
      case StateEvent.StateTimeout<Term> _ ->
          react(StateScript.STATE_TIMEOUT, StateScript.STATE_TIMEOUT, StateScript.NONE);
      case StateEvent.EventTimeout<Term> _ ->
          react(StateScript.EVENT_TIMEOUT, StateScript.EVENT_TIMEOUT, StateScript.NONE);
      case StateEvent.Elapsed<Term> elapsed -> {
        Term key = tagged("timeout", IntTerm.of(Long.parseLong(elapsed.timeout().name())));
        yield react(key, key, elapsed.content(timeout(((Tuple) key).get(1))));
      }
      case StateEvent.Received<Term> received -> throw new AssertionError(received);
    };
  }

  private Next<Atom, Term> called(Term id, From from) {
    Reply<Term> reply = value -> from.reply(value);
    if (id.equals(DONE)) {
      return on.keep().reply(reply, new ListTerm(log));
    }
    calls.put(id, reply);
    return react(StateScript.event(id), Atom.of("call"), id);
  }

  private Next<Atom, Term> react(Term key, Term type, Term content) {
    log.add(Tuple.of(on.state(), type, content));
    StateScript.Reaction reaction = run.next(key);
    Next<Atom, Term> next =
        reaction.kind() instanceof Tuple to
            ? on.to((Atom) to.get(1))
            : reaction.kind().equals(StateScript.REPEAT) ? on.repeat() : on.keep();
    reaction.actions().forEach(action -> act(next, action));
    return next;
  }

  private void act(Next<Atom, Term> next, Term action) {
    if (!(action instanceof Tuple tuple)) {
      Next<Atom, Term> _ =
          action.equals(StateScript.POSTPONE) ? next.postpone() : next.cancelStateTimeout();
      return;
    }
    Term first = tuple.get(1);
    switch (((Atom) tuple.get(0)).name()) {
      case "internal" -> next.internal(first);
      case "event" -> next.event(first);
      case "state_timeout" -> next.stateTimeout(millis(first));
      case "event_timeout" -> next.eventTimeout(millis(first));
      case "timeout" -> next.timeout(timeout(first), millis(tuple.get(2)), tuple.get(3));
      case "update" -> next.update(timeout(first), tuple.get(2));
      case "cancel" -> next.cancel(timeout(first));
      case "reply" -> {
        if (calls.containsKey(first)) {
          next.reply(calls.get(first), first);
        }
      }
      default -> throw new AssertionError(action);
    }
  }

  private static Timeout<Term> timeout(Term name) {
    return Timeout.named(name.toString(), Term.class);
  }

  private static Duration millis(Term time) {
    return Duration.ofMillis(((IntTerm) time).value());
  }
}
