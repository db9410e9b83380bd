package io.weft.gen;

import io.weft.gen.Supervisor.CountChildren;
import io.weft.gen.Supervisor.DeleteChild;
import io.weft.gen.Supervisor.GetChildSpec;
import io.weft.gen.Supervisor.Query;
import io.weft.gen.Supervisor.RestartChild;
import io.weft.gen.Supervisor.StartChild;
import io.weft.gen.Supervisor.TerminateChild;
import io.weft.gen.Supervisor.WhichChildren;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A supervisor of children that are known by their ids: its start, its restarts, its requests. */
final class SupervisorBody extends SupervisorCore<Query> {
  /** Reminds the supervisor of a child that did not start again. */
  record TryAgain(Child<?> child) implements Query {}

  /** A request as OTP's module supervisor makes it. */
  record Foreign(Term request) implements Query {}

  private static final Atom FAILED_TO_START_CHILD = Atom.of("failed_to_start_child");

  private final Supervisor.Definition definition;
  private final List<Child<?>> children = new ArrayList<>();
  private final ChildRequests requests = new ChildRequests(this, children);
  private Strategy strategy = Strategy.ONE_FOR_ONE;
  private AutoShutdown autoShutdown = AutoShutdown.NEVER;

  SupervisorBody(Supervisor.Definition definition, Intensity intensity) {
    super(intensity);
    this.definition = definition;
  }

  // --- start
  // ------------------------------------------------------------------------------------------------

  @Override
  public void start(Self<Query> self) throws Exception {
    begin(self);
    var setup = new SupervisorSetup(self, children, requests.startFunctions());
    setup.run(definition);
    strategy = setup.strategy();
    autoShutdown = setup.autoShutdown();
    if (setup.intensity() != null) {
      intensity(setup.intensity());
    }
    if (setup.ignored()) {
      self.ignore();
      return;
    }
    self.holdStart(); // until the last child serves
    job(done ->
        startInOrder(
            List.copyOf(children),
            (failed, failure) -> {
              if (failed != null && failure != null) {
                report("start_error", failed, failure);
                quit(failedToStart(failed, failure));
                return;
              }
              children.removeIf(child -> child.isTemporary() && !child.isActive());
              self.releaseStart();
              done.run();
            }));
  }

  private static ExitReason failedToStart(Child<?> child, ExitReason reason) {
    return ExitReason.of(
        Tuple.of(
            ExitReason.SHUTDOWN.term(),
            Tuple.of(FAILED_TO_START_CHILD, child.terms().id(), reason.term())));
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
    startInOrder(
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
  public void message(Self<Query> self, Query message) {
    if (message instanceof TryAgain(Child<?> child)) {
      job(done -> {
        if (child.isRestarting()) {
          restart(child, done);
        } else {
          done.run(); // it was terminated or started by request meanwhile
        }
      });
    } else {
      self.warn("was sent {}, which can only be called", message);
    }
  }

  @Override
  public void call(Self<Query> self, Query request, From from) {
    job(done -> answer(request, from, done));
  }

  private void answer(Query request, From from, Runnable done) {
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

  private static <R> java.util.function.Consumer<R> then(From from, Runnable done) {
    return result -> reply(from, result, done);
  }

  private static void reply(From from, Object result, Runnable done) {
    from.reply(result);
    done.run();
  }

  /** Returns the reason of a start that a wrong specification fails. */
  static ExitException startSpecError(Term error) {
    return new ExitException(ExitReason.of(Tuple.of(Atom.of("start_spec"), error)));
  }
}
