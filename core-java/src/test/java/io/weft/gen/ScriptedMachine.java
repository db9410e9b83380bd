package io.weft.gen;

import static io.weft.gen.StateScript.tagged;

import io.weft.node.Blueprint;
import io.weft.node.From;
import io.weft.node.Info;
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
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A machine of Weft that follows a {@link StateScript}, as statem_script.erl does. */
final class ScriptedMachine {
  private static final Atom DONE = Atom.of("done");

  private final StateScript.Run run;
  private final Transitions<Atom, Term> on;
  private final Map<Term, From> calls = new HashMap<>();
  private final Map<String, CallbackModule<Atom, Term>> modules = new HashMap<>();
  private LongSupplier nanoTime = () -> 0;
  private int pushed;
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
              machine.modules.put("m1", on.handleEvent("m1", m -> machine.module("m1", m)));
              machine.modules.put("m2", on.handleEvent("m2", m -> machine.module("m2", m)));
              Next<Atom, Term> start = on.start(StateScript.INITIAL);
              machine.nanoTime = self.node().seams().clock()::nanoTime;
              script.start().forEach(action -> machine.act(start, action));
              return machine.module("m0", on);
            })
        .codec(TermCodec.identity());
  }

  /** All modules do the same, and note which they are. */
  private GenStateMachine.EventHandler<Atom, Term> module(String name, Transitions<Atom, Term> on) {
    Atom module = Atom.of(name);
    on.onEnter(from -> react(module, tagged("enter", on.state()), Atom.of("enter"), from));
    return (state, event) -> handle(module, event);
  }

  private Next<Atom, Term> handle(Atom module, StateEvent<Term> event) {
    return switch (event) {
      case StateEvent.Cast<Term>(Term id) ->
          react(module, StateScript.event(id), Atom.of("cast"), id);
      case StateEvent.Call<Term>(Term id, From from) -> called(module, id, from);
      case StateEvent.Internal<Term>(Object id) ->
          react(module, StateScript.event((Term) id), Atom.of("internal"), (Term) id);
      case StateEvent.StateTimeout<Term> timeout ->
          react(
              module,
              StateScript.STATE_TIMEOUT,
              StateScript.STATE_TIMEOUT,
              timeout.content(Term.class));
      case StateEvent.EventTimeout<Term> timeout ->
          react(
              module,
              StateScript.EVENT_TIMEOUT,
              StateScript.EVENT_TIMEOUT,
              timeout.content(Term.class));
      case StateEvent.Elapsed<Term> elapsed -> {
        Term key = tagged("timeout", IntTerm.of(Long.parseLong(elapsed.timeout().name())));
        yield react(module, key, key, elapsed.content(timeout(((Tuple) key).get(1))));
      }
      case StateEvent.Received<Term>(Info info) ->
          react(module, StateScript.event(info.toTerm()), Atom.of("info"), info.toTerm());
    };
  }

  private Next<Atom, Term> called(Atom module, Term id, From from) {
    if (id.equals(DONE)) {
      Reply<Term> reply = value -> from.reply(value);
      return on.keep().reply(reply, new ListTerm(log));
    }
    calls.put(id, from);
    return react(module, StateScript.event(id), Atom.of("call"), id);
  }

  private Next<Atom, Term> react(Atom module, Term key, Term type, Term content) {
    log.add(Tuple.of(module, on.state(), type, content));
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
      act(next, ((Atom) action).name());
      return;
    }
    Term first = tuple.get(1);
    long farAway = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(StateScript.LONG_MS);
    switch (((Atom) tuple.get(0)).name()) {
      case "internal" -> next.internal(first);
      case "event" -> next.event(first);
      case "next" -> next.nextEvent(event(first, tuple.get(2)));
      case "state_timeout" -> next.stateTimeout(millis(first), tuple.get(2));
      case "state_timeout_at" -> next.stateTimeoutAt(farAway, first);
      case "update_state_timeout" -> next.updateStateTimeout(first);
      case "event_timeout" -> next.eventTimeout(millis(first), tuple.get(2));
      case "event_timeout_at" -> next.eventTimeoutAt(farAway, first);
      case "update_event_timeout" -> next.updateEventTimeout(first);
      case "timeout" -> next.timeout(timeout(first), millis(tuple.get(2)), tuple.get(3));
      case "timeout_at" -> next.timeoutAt(timeout(first), farAway, tuple.get(2));
      case "update" -> next.update(timeout(first), tuple.get(2));
      case "cancel" -> next.cancel(timeout(first));
      case "change" -> next.changeModule(module(first));
      case "push" -> {
        pushed++;
        next.pushModule(module(first));
      }
      case "reply" -> {
        if (calls.containsKey(first)) {
          Reply<Term> reply = value -> calls.get(first).reply(value);
          next.reply(reply, first);
        }
      }
      case "next_call" -> {
        if (calls.containsKey(first)) {
          next.nextEvent(new StateEvent.Call<>(first, calls.get(first)));
        }
      }
      default -> throw new AssertionError(action);
    }
  }

  private void act(Next<Atom, Term> next, String action) {
    switch (action) {
      case "postpone" -> next.postpone();
      case "cancel_state_timeout" -> next.cancelStateTimeout();
      case "cancel_event_timeout" -> next.cancelEventTimeout();
      case "pop" -> {
        if (pushed > 0) {
          pushed--;
          next.popModule();
        }
      }
      default -> throw new AssertionError(action);
    }
  }

  private CallbackModule<Atom, Term> module(Term name) {
    return modules.get(((Atom) name).name());
  }

  private static StateEvent<Term> event(Term type, Term content) {
    if (type instanceof Tuple named) {
      return new StateEvent.Elapsed<>(timeout(named.get(1)), content);
    }
    return switch (((Atom) type).name()) {
      case "state_timeout" -> new StateEvent.StateTimeout<>(content);
      case "event_timeout" -> new StateEvent.EventTimeout<>(content);
      default -> new StateEvent.Received<>(new Info.Unknown(content, "inserted"));
    };
  }

  private static Timeout<Term> timeout(Term name) {
    return Timeout.named(name.toString(), Term.class);
  }

  private static Duration millis(Term time) {
    return Duration.ofMillis(((IntTerm) time).value());
  }
}
