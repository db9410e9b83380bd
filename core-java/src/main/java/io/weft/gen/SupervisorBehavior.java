package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.SystemStatus;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor as a process sees it: what it was defined with, and the {@link SupervisorCore} that
 * does the work. Newer code brings a definition of its own and goes on with the same core.
 *
 * @param <Q> its protocol
 * @param <C> its kind
 */
abstract class SupervisorBehavior<Q, C extends SupervisorCore<Q>> implements Behavior<Q>, Keeper {
  private static final Atom INITIAL_CALL = Atom.of("$initial_call");

  private @Nullable C core;

  final C core() {
    return Objects.requireNonNull(core);
  }

  /** Begins with no children. */
  final C begin(Self<Q> self, C made) {
    core = made;
    self.dictionary()
        .put(
            INITIAL_CALL,
            Tuple.of(Atom.of("supervisor"), ChildTerms.idOf(self.label()), Terms.integer(1)));
    return made;
  }

  @Override
  public final void message(Self<Q> self, Q message) {
    core().message(message);
  }

  @Override
  public final void call(Self<Q> self, Q request, From from) {
    core().call(request, from);
  }

  @Override
  public final void info(Self<Q> self, Info info) throws Exception {
    switch (info) {
      case Info.Exit exit -> core().onExit(exit);
      case Info.Down down -> core().onDown(down);
      case Info.Unknown unknown -> Behavior.super.info(self, unknown);
    }
  }

  @Override
  public final void ended(Self<Q> self, ExitReason reason) {
    if (core != null) {
      core.ended(reason);
    }
  }

  // --- looking inside, and replacing
  // ------------------------------------------------------------------------------------------------

  @Override
  public final @Nullable SupervisorState state(Self<Q> self) {
    return core == null ? null : core.state();
  }

  /** As a gen_server, and the name of what it was defined as, which OTP's tools look for. */
  @Override
  public final SystemStatus status(Self<Q> self, SystemStatus.Facts facts) throws Exception {
    SystemStatus server = Behavior.super.status(self, facts);
    List<Term> misc = new ArrayList<>(server.misc().elements());
    Term callback = SystemStatus.item("Callback", ChildTerms.idOf(self.label()));
    misc.add(Tuple.of(Atom.of("supervisor"), Terms.list(callback)));
    return new SystemStatus(server.module(), Terms.list(misc));
  }

  @Override
  public final Object handOver(Self<Q> self) {
    return core();
  }

  @Override
  public final void codeChange(Self<Q> self, @Nullable Object former, @Nullable Object extra)
      throws Exception {
    C taken = own(former);
    if (taken == null) {
      throw new IllegalArgumentException(
          self.label() + " is another kind of supervisor than the one it should take over from");
    }
    core = taken;
    adopt(taken);
  }

  /** Returns the core of a supervisor of this kind; null for anything else. */
  abstract @Nullable C own(@Nullable Object former);

  /** Brings what this one was defined with to a core with children. */
  abstract void adopt(C taken) throws Exception;

  @Override
  public final void freeze(BooleanSupplier stillWanted, Consumer<Frozen> then) {
    core().standstill().freeze(stillWanted, then);
  }
}
