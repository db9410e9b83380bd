package io.weft.gen;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a state machine does when, as a term that an Erlang machine follows too: see {@code
 * statem_script.erl}. The n-th time something happens for a key, its n-th reaction is done.
 */
record StateScript(List<Term> start, Map<Term, List<Reaction>> reactions, List<Term> events) {
  static final Atom KEEP = Atom.of("keep");
  static final Atom REPEAT = Atom.of("repeat");
  static final Atom POSTPONE = Atom.of("postpone");
  static final Atom CANCEL_STATE_TIMEOUT = Atom.of("cancel_state_timeout");
  static final Atom STATE_TIMEOUT = Atom.of("state_timeout");
  static final Atom EVENT_TIMEOUT = Atom.of("event_timeout");
  static final Atom NONE = Atom.of("none");
  static final Atom INITIAL = Atom.of("a");
  static final Atom CANCEL_EVENT_TIMEOUT = Atom.of("cancel_event_timeout");
  static final Atom POP = Atom.of("pop");
  private static final List<String> STATES = List.of("a", "b", "c");
  private static final List<String> MODULES = List.of("m1", "m2");

  /** Longer than any test: such a timeout runs but never elapses. */
  static final long LONG_MS = 1_000_000;

  record Reaction(Term kind, List<Term> actions) {
    static final Reaction NOTHING = new Reaction(KEEP, List.of());
  }

  Term toTerm() {
    List<Term> rows = new ArrayList<>();
    reactions.forEach((key, list) ->
        rows.add(
            Tuple.of(
                key,
                new ListTerm(
                    list.stream()
                        .<Term>map(r -> Tuple.of(r.kind(), new ListTerm(r.actions())))
                        .toList()))));
    return Tuple.of(new ListTerm(start), new ListTerm(rows), new ListTerm(events));
  }

  /** One run of the script: which reaction is next. */
  final class Run {
    private final Map<Term, Deque<Reaction>> left = new HashMap<>();

    Run() {
      reactions.forEach((key, list) -> left.put(key, new ArrayDeque<>(list)));
    }

    Reaction next(Term key) {
      Deque<Reaction> list = left.get(key);
      Reaction reaction = list == null ? null : list.poll();
      return reaction == null ? Reaction.NOTHING : reaction;
    }
  }

  static Term event(Term id) {
    return tagged("event", id);
  }

  static Term tagged(String tag, Term... rest) {
    Term[] elements = new Term[rest.length + 1];
    elements[0] = Atom.of(tag);
    System.arraycopy(rest, 0, elements, 1, rest.length);
    return Tuple.of(elements);
  }

  // --- at random
  // ----------------------------------------------------------------------------------

  static StateScript random(long seed) {
    return new Generator(new Random(seed)).script();
  }

  private static final class Generator {
    private final Random random;
    private final Map<Term, List<Reaction>> reactions = new LinkedHashMap<>();
    private final List<Term> calls = new ArrayList<>();
    private final Deque<Term> undecided = new ArrayDeque<>();
    private int lastId;

    Generator(Random random) {
      this.random = random;
    }

    StateScript script() {
      List<Term> events = new ArrayList<>();
      int count = 1 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        Term id = newEvent();
        boolean call = random.nextInt(3) == 0;
        if (call) {
          calls.add(id);
        }
        events.add(tagged(call ? "call" : "cast", id));
      }
      List<Term> start = actions(random.nextInt(3), false, true);
      while (!undecided.isEmpty()) {
        reactions.put(event(undecided.poll()), reactions(1 + random.nextInt(3), false));
      }
      for (String state : STATES) {
        reactions.put(tagged("enter", Atom.of(state)), reactions(random.nextInt(4), true));
      }
      reactions.put(STATE_TIMEOUT, reactions(random.nextInt(4), false));
      reactions.put(EVENT_TIMEOUT, reactions(random.nextInt(4), false));
      for (int name = 0; name < 3; name++) {
        reactions.put(tagged("timeout", IntTerm.of(name)), reactions(random.nextInt(4), false));
      }
      while (!undecided.isEmpty()) {
        reactions.put(event(undecided.poll()), reactions(1, false));
      }
      return new StateScript(start, reactions, events);
    }

    private Term newEvent() {
      lastId++;
      Term id = IntTerm.of(lastId);
      undecided.add(id);
      return id;
    }

    private List<Reaction> reactions(int count, boolean entering) {
      List<Reaction> list = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        list.add(new Reaction(kind(entering), actions(random.nextInt(4), entering, false)));
      }
      return list;
    }

    private Term kind(boolean entering) {
      int choice = random.nextInt(10);
      if (choice == 0) {
        return REPEAT;
      }
      return entering || choice < 5
          ? KEEP
          : tagged("to", Atom.of(STATES.get(random.nextInt(STATES.size()))));
    }

    private List<Term> actions(int count, boolean entering, boolean starting) {
      List<Term> list = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        list.add(action(entering, starting));
      }
      return list;
    }

    private Term action(boolean entering, boolean starting) {
      int choice = random.nextInt(entering || lastId > 40 ? 10 : 18);
      Term name = IntTerm.of(random.nextInt(3));
      Term content = IntTerm.of(random.nextInt(100));
      return switch (choice) {
        case 0 -> tagged("state_timeout", time(), content);
        case 1 -> tagged("event_timeout", time(), content);
        case 2, 3 -> tagged("timeout", name, time(), content);
        case 4 -> tagged("update", name, content);
        case 5 -> random.nextBoolean() ? tagged("cancel", name) : CANCEL_STATE_TIMEOUT;
        case 6 ->
            calls.isEmpty()
                ? tagged("cancel", name)
                : tagged("reply", calls.get(random.nextInt(calls.size())));
        case 7 ->
            random.nextInt(3) == 0 ? CANCEL_EVENT_TIMEOUT : tagged("update_event_timeout", content);
        case 8 -> tagged("update_state_timeout", content);
        case 9 -> farAway(name, content);
        case 10, 11 -> tagged(random.nextBoolean() ? "internal" : "event", newEvent());
        case 12 -> inserted(name, content);
        case 13, 14 -> module();
        default -> starting ? tagged("state_timeout", time(), content) : POSTPONE;
      };
    }

    /** A timeout at an absolute time that never comes. */
    private Term farAway(Term name, Term content) {
      return switch (random.nextInt(3)) {
        case 0 -> tagged("state_timeout_at", content);
        case 1 -> tagged("event_timeout_at", content);
        default -> tagged("timeout_at", name, content);
      };
    }

    /** An inserted event of another kind than cast and internal. */
    private Term inserted(Term name, Term content) {
      return switch (random.nextInt(5)) {
        case 0 -> tagged("next", STATE_TIMEOUT, content);
        case 1 -> tagged("next", EVENT_TIMEOUT, content);
        case 2 -> tagged("next", tagged("timeout", name), content);
        case 3 ->
            calls.isEmpty()
                ? tagged("next", Atom.of("info"), newEvent())
                : tagged("next_call", calls.get(random.nextInt(calls.size())));
        default -> tagged("next", Atom.of("info"), newEvent());
      };
    }

    private Term module() {
      Atom module = Atom.of(MODULES.get(random.nextInt(MODULES.size())));
      return switch (random.nextInt(4)) {
        case 0 -> tagged("change", module);
        case 1, 2 -> tagged("push", module);
        default -> POP;
      };
    }

    private Term time() {
      return IntTerm.of(random.nextInt(4) == 0 ? LONG_MS : 0);
    }
  }
}
