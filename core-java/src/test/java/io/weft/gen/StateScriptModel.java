package io.weft.gen;

import static io.weft.gen.StateScript.tagged;

import io.weft.gen.StateScript.Reaction;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a state machine sees of a script, by the documentation of gen_statem alone: all there is to
 * come is one list, and a step takes its first element.
 */
final class StateScriptModel {
  private record Happening(Term type, Term content, Term key) {}

  private final StateScript.Run run;
  private final List<Happening> enqueued = new ArrayList<>();
  private final List<Happening> postponed = new ArrayList<>();
  private final Map<Term, Happening> zeroTimeouts = new LinkedHashMap<>();
  private final Set<Term> runningTimeouts = new HashSet<>();
  private final List<Happening> mailbox = new ArrayList<>();
  private final Set<Term> called = new HashSet<>();
  private final List<Term> log = new ArrayList<>();
  private final List<Term> replies = new ArrayList<>();
  private final List<Atom> modules = new ArrayList<>(List.of(Atom.of("m0")));
  private Atom state = StateScript.INITIAL;

  private StateScriptModel(StateScript script) {
    run = script.new Run();
    for (Term event : script.events()) {
      Tuple tuple = (Tuple) event;
      mailbox.add(new Happening(tuple.get(0), tuple.get(1), StateScript.event(tuple.get(1))));
    }
    transition(null, new Reaction(StateScript.KEEP, script.start()), true);
  }

  /** Returns {@code {Log, Replies}}. */
  static Term follow(StateScript script) {
    var model = new StateScriptModel(script);
    for (Happening next = model.next(); next != null; next = model.next()) {
      model.handle(next);
    }
    return Tuple.of(new ListTerm(model.log), new ListTerm(model.replies));
  }

  private Happening next() {
    if (!enqueued.isEmpty()) {
      return enqueued.removeFirst();
    }
    if (!zeroTimeouts.isEmpty()) {
      return zeroTimeouts.remove(zeroTimeouts.keySet().iterator().next());
    }
    return mailbox.isEmpty() ? null : mailbox.removeFirst();
  }

  private void handle(Happening event) {
    cancel(StateScript.EVENT_TIMEOUT);
    if (event.type().equals(Atom.of("call"))) {
      called.add(event.content());
    }
    log.add(Tuple.of(modules.getLast(), state, event.type(), event.content()));
    transition(event, run.next(event.key()), false);
  }

  private void transition(Happening event, Reaction reaction, boolean initial) {
    Atom before = state;
    List<Term> actions = new ArrayList<>(reaction.actions());
    reply(reaction.actions());
    reaction.actions().forEach(this::module);
    if (actions.contains(StateScript.POSTPONE)) {
      postponed.add(event);
    }
    if (reaction.kind() instanceof Tuple to) {
      state = (Atom) to.get(1);
    }
    boolean changed = !state.equals(before);
    if (changed) {
      cancel(StateScript.STATE_TIMEOUT);
      enqueued.addAll(0, postponed);
      postponed.clear();
    }
    boolean enter = changed || initial || reaction.kind().equals(StateScript.REPEAT);
    while (enter) {
      log.add(Tuple.of(modules.getLast(), state, Atom.of("enter"), before));
      Reaction entered = run.next(tagged("enter", state));
      reply(entered.actions());
      actions.addAll(entered.actions());
      enter = entered.kind().equals(StateScript.REPEAT);
    }
    List<Happening> inserted = new ArrayList<>();
    for (int i = 0; i < actions.size(); i++) {
      Term timeout = timeoutOf(actions.get(i));
      boolean overruled =
          timeout != null
              && actions.subList(i + 1, actions.size()).stream()
                  .anyMatch(later -> timeout.equals(timeoutOf(later)));
      if (!overruled) {
        act(actions.get(i), inserted);
      }
    }
    enqueued.addAll(0, inserted);
  }

  private void reply(List<Term> actions) {
    for (Term action : actions) {
      if (action instanceof Tuple t
          && t.isTagged(Atom.of("reply"), 2)
          && called.contains(t.get(1))) {
        replies.add(t.get(1));
      }
    }
  }

  private void module(Term action) {
    if (action.equals(StateScript.POP) && modules.size() > 1) {
      modules.removeLast();
    } else if (action instanceof Tuple tuple && tuple.get(0).equals(Atom.of("push"))) {
      modules.add((Atom) tuple.get(1));
    } else if (action instanceof Tuple tuple && tuple.get(0).equals(Atom.of("change"))) {
      modules.set(modules.size() - 1, (Atom) tuple.get(1));
    }
  }

  /** Returns which timeout an action is about, or null. */
  private static Term timeoutOf(Term action) {
    Term tag = action instanceof Tuple tuple ? tuple.get(0) : action;
    return switch (((Atom) tag).name()) {
      case "state_timeout", "state_timeout_at", "update_state_timeout", "cancel_state_timeout" ->
          StateScript.STATE_TIMEOUT;
      case "event_timeout", "event_timeout_at", "update_event_timeout", "cancel_event_timeout" ->
          StateScript.EVENT_TIMEOUT;
      case "timeout", "timeout_at", "update", "cancel" ->
          tagged("timeout", ((Tuple) action).get(1));
      default -> null;
    };
  }

  private void act(Term action, List<Happening> inserted) {
    Term timeout = timeoutOf(action);
    if (timeout != null) {
      act(timeout, action);
    }
    if (!(action instanceof Tuple tuple)) {
      return;
    }
    Term first = tuple.get(1);
    switch (((Atom) tuple.get(0)).name()) {
      case "internal" ->
          inserted.add(new Happening(Atom.of("internal"), first, StateScript.event(first)));
      case "event" -> inserted.add(new Happening(Atom.of("cast"), first, StateScript.event(first)));
      case "next_call" -> {
        if (called.contains(first)) {
          inserted.add(new Happening(Atom.of("call"), first, StateScript.event(first)));
        }
      }
      case "next" -> {
        Term content = tuple.get(2);
        boolean info = first.equals(Atom.of("info"));
        inserted.add(new Happening(first, content, info ? StateScript.event(content) : first));
      }
      default -> {}
    }
  }

  private void act(Term timeout, Term action) {
    if (!(action instanceof Tuple tuple)) {
      cancel(timeout);
      return;
    }
    Term last = tuple.get(tuple.arity() - 1);
    switch (((Atom) tuple.get(0)).name()) {
      case "state_timeout", "event_timeout" -> set(timeout, tuple.get(1), last);
      case "timeout" -> set(timeout, tuple.get(2), last);
      case "update", "update_state_timeout", "update_event_timeout" -> update(timeout, last);
      case "cancel" -> cancel(timeout);
      default -> set(timeout, IntTerm.of(StateScript.LONG_MS), last);
    }
  }

  private void set(Term key, Term time, Term content) {
    cancel(key);
    if (time.equals(IntTerm.of(0))) {
      zeroTimeouts.put(key, new Happening(key, content, key));
    } else {
      runningTimeouts.add(key);
    }
  }

  private void update(Term key, Term content) {
    if (zeroTimeouts.containsKey(key)) {
      zeroTimeouts.replace(key, new Happening(key, content, key));
    } else if (!runningTimeouts.contains(key)) {
      set(key, IntTerm.of(0), content);
    }
  }

  private void cancel(Term key) {
    zeroTimeouts.remove(key);
    runningTimeouts.remove(key);
  }
}
