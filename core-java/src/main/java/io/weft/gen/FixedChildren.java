package io.weft.gen;

import io.weft.gen.Supervisor.CountChildren;
import io.weft.gen.Supervisor.DeleteChild;
import io.weft.gen.Supervisor.GetChildSpec;
import io.weft.gen.Supervisor.Query;
import io.weft.gen.Supervisor.RestartChild;
import io.weft.gen.Supervisor.StartChild;
import io.weft.gen.Supervisor.TerminateChild;
import io.weft.gen.Supervisor.WhichChildren;
import io.weft.gen.SupervisorBody.Foreign;
import io.weft.gen.SupervisorBody.TryAgain;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Children that are known by their ids and have an order: their restarts, and requests. */
final class FixedChildren extends SupervisorCore<Query> {
  private static final Atom FAILED_TO_START_CHILD = Atom.of("failed_to_start_child");

  private final List<Child<?>> children = new ArrayList<>();
  private final ChildRequests requests = new ChildRequests(this, children);
  private StartFunctions startFunctions = new StartFunctions();
  private Strategy strategy = Strategy.ONE_FOR_ONE;
  private AutoShutdown autoShutdown = AutoShutdown.NEVER;

  FixedChildren(Self<Query> self, Intensity intensity) {
    super(self, intensity);
  }

  // --- what was defined
  // ------------------------------------------------------------------------------------------------

  /** Starts what a definition says, and holds the start of the supervisor until all serve. */
  void start(Supervisor.Definition definition) throws Exception {
    var setup = new SupervisorSetup(self(), intensity(), List.of());
    setup.run(definition);
    take(setup);
    if (setup.ignored()) {
      self().ignore();
      return;
    }
    self().holdStart(); // until the last child serves
    job(done ->
        starting()
            .inOrder(
                List.copyOf(children),
                (failed, failure) -> {
                  if (failed != null && failure != null) {
                    report("start_error", failed, failure);
                    quit(failedToStart(failed, failure));
                    return;
                  }
                  children.removeIf(child -> child.isTemporary() && !child.isActive());
                  self().releaseStart();
                  done.run();
                }));
  }

  private static ExitReason failedToStart(Child<?> child, ExitReason reason) {
    return ExitReason.of(
        Tuple.of(
            ExitReason.SHUTDOWN.term(),
            Tuple.of(FAILED_TO_START_CHILD, child.terms().id(), reason.term())));
  }

  private void take(SupervisorSetup setup) {
    setup.planned().forEach(planned -> children.add(planned.child()));
    strategy = setup.strategy();
    autoShutdown = setup.autoShutdown();
    startFunctions = setup.startFunctions();
    intensity(setup.intensity());
  }

  /**
   * Goes over to another definition: specifications are replaced by their ids, and processes stay.
   * New children come without a process; those that are not defined any more stay behind them. A
   * definition that ignores changes nothing.
   *
   * @see <a href="https://www.erlang.org/doc/apps/stdlib/supervisor.html">OTP, module supervisor,
   *     code_change</a>
   */
  void change(Supervisor.Definition definition, Intensity intensity) throws Exception {
    var setup = new SupervisorSetup(self(), intensity, List.copyOf(children));
    setup.run(definition);
    if (!setup.ignored()) {
      standstill().change(() -> goOver(setup));
    }
  }

  private void goOver(SupervisorSetup setup) {
    List<Child<?>> before = List.copyOf(children);
    Strategy strategyBefore = strategy;
    AutoShutdown autoShutdownBefore = autoShutdown;
    StartFunctions functionsBefore = startFunctions;
    Intensity intensityBefore = intensity();
    children.clear();
    take(setup);
    for (SupervisorSetup.Planned<?> planned : setup.planned()) {
      if (before.contains(planned.child())) {
        standstill().onUndo(planned.goOver());
      } else {
        standstill().added(planned.child());
      }
    }
    before.stream().filter(child -> !children.contains(child)).forEach(children::add);
    standstill()
        .onUndo(() -> {
          children.clear();
          children.addAll(before);
          strategy = strategyBefore;
          autoShutdown = autoShutdownBefore;
          startFunctions = functionsBefore;
          intensity(intensityBefore);
        });
  }

  @Override
  void applyToLater(CodeRules rules, CodePlace here) {
    // a child that is added later comes with its own blueprint
  }

  StartFunctions startFunctions() {
    return startFunctions;
  }

  /** Returns why OTP refuses such a child under this supervisor; null if it does not. */
  @Nullable Term badCombination(ChildSpec<?> spec) {
    return SupervisorSetup.badCombination(autoShutdown, spec);
  }

  // --- children end
  // ------------------------------------------------------------------------------------------------

  @Override
  @Nullable Child<?> running(Pid pid) {
    for (Child<?> child : children) {
      if (pid.equals(child.pid())) {
        return child;
      }
    }
    return null;
  }

  @Override
  void childEnded(Child<?> child, Pid last, ExitReason reason, Runnable done) {
    if (child.spec().restart().appliesTo(reason)) {
      restart(child, done);
      return;
    }
    if (child.isTemporary()) {
      children.remove(child);
    }
    if (child.spec().significant() && endsWithSignificant()) {
      quit(ExitReason.SHUTDOWN);
      return;
    }
    done.run();
  }

  private boolean endsWithSignificant() {
    return switch (autoShutdown) {
      case NEVER -> false;
      case ANY_SIGNIFICANT -> true;
      case ALL_SIGNIFICANT -> count(child -> child.spec().significant() && child.isActive()) == 0;
    };
  }

  private void restart(Child<?> child, Runnable done) {
    if (!mayRestart(child)) {
      return;
    }
    switch (strategy) {
      case ONE_FOR_ONE -> startAgain(List.of(child), done);
      case REST_FOR_ONE ->
          restartGroup(children.subList(children.indexOf(child), children.size()), done);
      case ONE_FOR_ALL -> restartGroup(children, done);
    }
  }

  private void restartGroup(List<Child<?>> members, Runnable done) {
    List<Child<?>> group = List.copyOf(members);
    stopping()
        .inReverse(
            group,
            () -> {
              children.removeIf(child -> child.isTemporary() && group.contains(child));
              startAgain(group.stream().filter(child -> !child.isTemporary()).toList(), done);
            });
  }

  private void startAgain(List<? extends Child<?>> group, Runnable done) {
    starting()
        .inOrder(
            group,
            (failed, failure) -> {
              if (failed != null && failure != null) {
                tryLater(failed, failure);
              }
              done.run();
            });
  }

  @Override
  Query tryAgain(Child<?> child) {
    return new TryAgain(child);
  }

  // --- the end
  // ------------------------------------------------------------------------------------------------

  @Override
  void stopAll(Runnable then) {
    stopping().inReverse(children, then);
  }

  @Override
  List<Child<?>> children() {
    return children;
  }

  // --- requests
  // ------------------------------------------------------------------------------------------------

  @Override
  void message(Query message) {
    if (message instanceof TryAgain(Child<?> child)) {
      job(done -> {
        if (child.isRestarting()) {
          restart(child, done);
        } else {
          done.run(); // it was terminated or started by request meanwhile
        }
      });
    } else {
      self().warn("was sent {}, which can only be called", message);
    }
  }

  @Override
  void answer(Query request, From from, Runnable done) {
    switch (request) {
      case WhichChildren _ -> reply(from, requests.which(), done);
      case CountChildren _ -> reply(from, requests.counts(), done);
      case GetChildSpec(String id) -> reply(from, requests.specOf(id), done);
      case StartChild<?> start ->
          requests.start(start.spec(), ChildTerms.of(start.spec()), then(from, done));
      case TerminateChild(String id) -> requests.terminate(ChildTerms.idOf(id), then(from, done));
      case RestartChild(String id) -> requests.restart(ChildTerms.idOf(id), then(from, done));
      case DeleteChild(String id) -> reply(from, requests.delete(ChildTerms.idOf(id)), done);
      case Foreign(Term term) ->
          new SupervisorTerms(requests).answer(term, reply -> reply(from, reply, done));
      case TryAgain _ -> {
        from.refuse("try_again_restart");
        done.run();
      }
    }
  }

  private static <R> Consumer<R> then(From from, Runnable done) {
    return result -> reply(from, result, done);
  }

  private static void reply(From from, Object result, Runnable done) {
    from.reply(result);
    done.run();
  }

  @Override
  SupervisorState state() {
    return SupervisorState.of(self(), strategy, intensity(), autoShutdown, children);
  }
}
