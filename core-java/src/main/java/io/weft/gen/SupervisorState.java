package io.weft.gen;

import io.weft.gen.Supervisor.ChildInfo;
import io.weft.node.Self;
import io.weft.node.ShownState;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sys} shows of a supervisor; to other nodes it is the record {@code state} of OTP's
 * module supervisor.
 *
 * @param strategy who is restarted with a child; null under a {@link DynamicSupervisor}
 * @param intensity how many restarts are fine
 * @param autoShutdown whether it ends with its significant children
 * @param children all children, the first started first
 * @param shown the record
 */
public record SupervisorState(
    @Nullable Strategy strategy,
    Intensity intensity,
    AutoShutdown autoShutdown,
    List<ChildInfo> children,
    Term shown)
    implements ShownState {

  static SupervisorState of(
      Self<?> self,
      Strategy strategy,
      Intensity intensity,
      AutoShutdown autoShutdown,
      List<Child<?>> children) {
    List<Term> ids = new ArrayList<>();
    Map<Term, Term> records = new LinkedHashMap<>();
    for (Child<?> child : children.reversed()) {
      ids.add(child.terms().id());
      records.put(child.terms().id(), child.terms().record(child.spec(), child.shown()));
    }
    Term specs = Tuple.of(Terms.list(ids), new MapTerm(records));
    return new SupervisorState(
        strategy,
        intensity,
        autoShutdown,
        infos(children),
        record(self, strategy.term(), specs, Atom.UNDEFINED, intensity, autoShutdown));
  }

  /** The arguments of the children are no terms, so there is a list without any for each. */
  static SupervisorState ofDynamic(
      Self<?> self, Intensity intensity, ChildTerms terms, Term template, List<Child<?>> children) {
    Term specs = Tuple.of(Terms.list(terms.id()), MapTerm.of(terms.id(), template));
    Map<Term, Term> arguments = new LinkedHashMap<>();
    for (Child<?> child : children) {
      if (child.pid() != null) {
        arguments.put(child.pid(), ListTerm.NIL);
      }
    }
    return new SupervisorState(
        null,
        intensity,
        AutoShutdown.NEVER,
        infos(children),
        record(
            self,
            Atom.of("simple_one_for_one"),
            specs,
            Tuple.of(Atom.of("maps"), new MapTerm(arguments)),
            intensity,
            AutoShutdown.NEVER));
  }

  private static List<ChildInfo> infos(List<Child<?>> children) {
    return children.stream().map(Child::info).toList();
  }

  private static Term record(
      Self<?> self,
      Atom strategy,
      Term specs,
      Term dynamics,
      Intensity intensity,
      AutoShutdown autoShutdown) {
    Term callback = ChildTerms.idOf(self.label());
    return Tuple.of(
        Atom.of("state"),
        Tuple.of(self.pid(), callback),
        strategy,
        specs,
        dynamics,
        new IntTerm(intensity.restarts()),
        new IntTerm(intensity.period().toSeconds()),
        ListTerm.NIL,
        new IntTerm(0),
        autoShutdown.term(),
        callback,
        ListTerm.NIL);
  }
}
