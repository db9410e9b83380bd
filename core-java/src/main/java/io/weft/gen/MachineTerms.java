package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.ShownTerms;
import io.weft.node.SystemStatus;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.TermOrder;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.Comparator;
import java.util.List;

/** How {@code sys:get_status} shows a state machine, in gen_statem's words. */
final class MachineTerms<M> {
  private static final Atom CALL = Atom.of("call");
  private static final Atom CAST = Atom.of("cast");
  private static final Atom INFO = Atom.of("info");
  private static final Atom INTERNAL = Atom.of("internal");
  private static final Atom STATE_TIMEOUT = Atom.of("state_timeout");
  private static final Atom TIMEOUT = Atom.of("timeout");

  private final Address<M> machine;

  MachineTerms(Address<M> machine) {
    this.machine = machine;
  }

  SystemStatus status(SystemStatus.Facts facts, StateEngine<?, M> engine, MachineState state) {
    return SystemStatus.of(
        "gen_statem",
        SystemStatus.header("Status for state machine " + facts.name()),
        SystemStatus.data(
            SystemStatus.item("Status", facts.state()),
            SystemStatus.item("Parent", facts.parent()),
            SystemStatus.item("Modules", modules(engine.modules().names())),
            SystemStatus.item("Time-outs", timeouts(engine.timeouts())),
            SystemStatus.item("Logged Events", facts.loggedEvents()),
            SystemStatus.item("Postponed", events(engine.postponed()))),
        SystemStatus.data(SystemStatus.item("State", state.shown())));
  }

  private static Term modules(List<String> names) {
    return Terms.list(names.stream().map(Atom::of).toList());
  }

  /** Returns {@code {Count, Timeouts}}, by name in falling order. */
  private Term timeouts(List<StateEvent<M>> timeouts) {
    List<Tuple> sorted =
        timeouts.stream()
            .map(this::event)
            .sorted(
                Comparator.comparing((Tuple event) -> event.get(0), TermOrder.INSTANCE).reversed())
            .toList();
    return Tuple.of(new IntTerm(sorted.size()), Terms.list(sorted));
  }

  private Term events(List<StateEvent<M>> events) {
    return Terms.list(events.stream().map(this::event).toList());
  }

  /** Returns {@code {EventType, EventContent}}. */
  Tuple event(StateEvent<M> event) {
    return switch (event) {
      case StateEvent.Cast<M>(M message) -> Tuple.of(CAST, shown(message));
      case StateEvent.Call<M>(M request, From from) ->
          Tuple.of(Tuple.of(CALL, caller(from)), shown(request));
      case StateEvent.Received<M>(Info info) -> Tuple.of(INFO, info.toTerm());
      case StateEvent.Internal<M>(Object content) -> Tuple.of(INTERNAL, ShownTerms.of(content));
      case StateEvent.StateTimeout<M> timeout ->
          Tuple.of(STATE_TIMEOUT, ShownTerms.of(timeout.content()));
      case StateEvent.EventTimeout<M> timeout ->
          Tuple.of(TIMEOUT, ShownTerms.of(timeout.content()));
      case StateEvent.Elapsed<M> elapsed ->
          Tuple.of(typeOf(elapsed.timeout()), ShownTerms.of(elapsed.content()));
    };
  }

  /** Returns the event type of a timeout, by its name among {@link StateTimers}. */
  static Term typeOf(Object timeout) {
    return switch (timeout) {
      case Timeout<?> named -> Tuple.of(TIMEOUT, Atom.of(named.name()));
      case Object other when other.equals(StateTimers.STATE) -> STATE_TIMEOUT;
      default -> TIMEOUT;
    };
  }

  /** Returns {@code {Pid, Tag}}; a caller of this node has no tag. */
  static Term caller(From from) {
    return Tuple.of(
        from.client(), from instanceof From.Foreign foreign ? foreign.tag() : Atom.UNDEFINED);
  }

  private Term shown(M message) {
    try {
      return machine.codec().encode(message);
    } catch (TermMappingException local) {
      return ShownTerms.of(message);
    }
  }
}
