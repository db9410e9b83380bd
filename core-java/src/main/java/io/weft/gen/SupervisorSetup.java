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
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects what the definition of a supervisor tells, and refuses it as OTP would. */
final class SupervisorSetup implements Supervisor.Children {
  private final Self<?> self;
  private final List<Child<?>> children;
  private final StartFunctions functions;
  private Strategy strategy = Strategy.ONE_FOR_ONE;
  private AutoShutdown autoShutdown = AutoShutdown.NEVER;
  private @Nullable Intensity intensity;
  private boolean ignored;

  SupervisorSetup(Self<?> self, List<Child<?>> children, StartFunctions functions) {
    this.self = self;
    this.children = children;
    this.functions = functions;
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
      throw new ExitException(ExitReason.of(Tuple.of(Atom.of("supervisor_data"), invalid.error())));
    }
    for (Child<?> child : children) {
      Term error = badCombination(autoShutdown, child.spec());
      if (error != null) {
        throw SupervisorBody.startSpecError(error);
      }
    }
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
    for (Child<?> child : children) {
      if (child.terms().id().equals(terms.id())) {
        self.warn("has two children with the id {}", spec.id());
        throw SupervisorBody.startSpecError(Tuple.of(Atom.of("duplicate_child_name"), terms.id()));
      }
    }
    var child = new Child<>(spec, terms, new Slot<>(self.node(), spec.blueprint().codec()));
    children.add(child);
    return child.slot();
  }

  Strategy strategy() {
    return strategy;
  }

  AutoShutdown autoShutdown() {
    return autoShutdown;
  }

  @Nullable Intensity intensity() {
    return intensity;
  }

  boolean ignored() {
    return ignored;
  }
}
