package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.node.Slot;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the definition of a supervisor tells, and refuses it as OTP would. Nothing of it
 * has happened yet.
 */
final class SupervisorSetup implements Supervisor.Children {
  static final Atom SUPERVISOR_DATA = Atom.of("supervisor_data");
  static final Atom START_SPEC = Atom.of("start_spec");

  /** A child to be: a new one, or one that is there with another specification. */
  record Planned<M>(Child<M> child, ChildSpec<M> spec, ChildTerms terms) {
    /** Gives a child that is there its new specification; returns how to take that back. */
    Runnable goOver() {
      ChildSpec<M> specBefore = child.spec();
      ChildTerms termsBefore = child.terms();
      child.spec(spec, terms);
      return () -> child.spec(specBefore, termsBefore);
    }
  }

  private final Self<?> self;
  private final List<Child<?>> present;
  private final List<Planned<?>> planned = new ArrayList<>();
  private final StartFunctions functions = new StartFunctions();
  private Strategy strategy = Strategy.ONE_FOR_ONE;
  private AutoShutdown autoShutdown = AutoShutdown.NEVER;
  private Intensity intensity;
  private boolean ignored;

  /**
   * @param intensity holds unless the definition tells another
   * @param present the children that are there; one with the same id keeps its place
   */
  SupervisorSetup(Self<?> self, Intensity intensity, List<Child<?>> present) {
    this.self = self;
    this.intensity = intensity;
    this.present = present;
  }

  /**
   * Runs the definition.
   *
   * @throws ExitException with {@code {supervisor_data, Why}} or {@code {start_spec, Why}}
   */
  void run(Supervisor.Definition definition) throws Exception {
    try {
      definition.define(this);
    } catch (Intensity.InvalidException invalid) {
      throw new ExitException(ExitReason.of(Tuple.of(SUPERVISOR_DATA, invalid.error())));
    }
    for (Planned<?> child : planned) {
      Term error = badCombination(autoShutdown, child.spec());
      if (error != null) {
        throw startSpecError(error);
      }
    }
  }

  private static ExitException startSpecError(Term error) {
    return new ExitException(ExitReason.of(Tuple.of(START_SPEC, error)));
  }

  static @Nullable Term badCombination(AutoShutdown autoShutdown, ChildSpec<?> spec) {
    if (!spec.significant()) {
      return null;
    }
    if (autoShutdown == AutoShutdown.NEVER) {
      return badCombination("auto_shutdown", autoShutdown.term());
    }
    return spec.restart() == Restart.PERMANENT
        ? badCombination("restart", Restart.PERMANENT.term())
        : null;
  }

  private static Term badCombination(String what, Atom value) {
    return Tuple.of(
        Atom.of("bad_combination"),
        Terms.list(Tuple.of(Atom.of(what), value), Tuple.of(Atom.of("significant"), Atom.TRUE)));
  }

  @Override
  public void strategy(Strategy strategy) {
    this.strategy = strategy;
  }

  @Override
  public void intensity(Intensity intensity) {
    this.intensity = intensity;
  }

  @Override
  public void autoShutdown(AutoShutdown autoShutdown) {
    this.autoShutdown = autoShutdown;
  }

  @Override
  public void startFunction(
      String module, String function, Function<ListTerm, ? extends Blueprint<?>> blueprint) {
    functions.add(module, function, blueprint);
  }

  @Override
  public void ignore() {
    ignored = true;
  }

  @Override
  public <M> Slot<M> add(ChildSpec<M> spec) {
    ChildTerms terms = ChildTerms.of(spec);
    for (Planned<?> other : planned) {
      if (other.terms().id().equals(terms.id())) {
        self.warn("has two children with the id {}", spec.id());
        throw startSpecError(Tuple.of(Atom.of("duplicate_child_name"), terms.id()));
      }
    }
    Child<M> child = placeOf(spec, terms);
    planned.add(new Planned<>(child, spec, terms));
    return child.slot();
  }

  private <M> Child<M> placeOf(ChildSpec<M> spec, ChildTerms terms) {
    for (Child<?> child : present) {
      if (child.terms().id().equals(terms.id())) {
        requireProtocol(child, spec);
        return own(child);
      }
    }
    return new Child<>(spec, terms, new Slot<>(self.node(), spec.blueprint().codec()));
  }

  /** Those who have the slot of the child speak to it as before. */
  private static void requireProtocol(Child<?> child, ChildSpec<?> spec) {
    Class<?> before = child.spec().blueprint().protocol();
    Class<?> now = spec.blueprint().protocol();
    if (before != null && now != null && !now.isAssignableFrom(before)) {
      throw new IllegalArgumentException(
          "child %s speaks %s of %s, and is to speak %s of %s"
              .formatted(
                  child.terms().id(),
                  before.getName(),
                  before.getClassLoader(),
                  now.getName(),
                  now.getClassLoader()));
    }
  }

  /** A child keeps its id, and with it its protocol. */
  @SuppressWarnings("unchecked")
  private static <M> Child<M> own(Child<?> child) {
    return (Child<M>) child;
  }

  List<Planned<?>> planned() {
    return planned;
  }

  StartFunctions startFunctions() {
    return functions;
  }

  Strategy strategy() {
    return strategy;
  }

  AutoShutdown autoShutdown() {
    return autoShutdown;
  }

  Intensity intensity() {
    return intensity;
  }

  boolean ignored() {
    return ignored;
  }
}
