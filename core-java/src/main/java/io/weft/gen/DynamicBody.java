package io.weft.gen;

import io.weft.gen.DynamicSupervisor.Query;
import io.weft.gen.Supervisor.ChildCount;
import io.weft.gen.Supervisor.ChildInfo;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Self;
import io.weft.node.Slot;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A supervisor of children that come and go. */
final class DynamicBody<A, M> extends SupervisorCore<Query<A, M>> {
  /** Reminds the supervisor of a child that did not start again. */
  record TryAgain<A, M>(Child<?> child) implements Query<A, M> {}

  /** A request as OTP's module supervisor makes it. */
  record Foreign<A, M>(Term request) implements Query<A, M> {}

  private final ChildTemplate<A, M> template;
  private final ChildTerms terms;
  private final Map<Pid, Child<?>> running = new LinkedHashMap<>();

  /**
   * The children that did not start again, by the pid of their last life, which still names them.
   */
  private final Map<Pid, Child<?>> restarting = new LinkedHashMap<>();

  DynamicBody(ChildTemplate<A, M> template, Intensity intensity) {
    super(intensity);
    this.template = template;
    this.terms = ChildTerms.of(template.id(), template.id());
  }

  @Override
  public void start(Self<Query<A, M>> self) {
    begin(self);
  }

  // --- children start and end
  // ------------------------------------------------------------------------------------------------

  /** Starts a child from an argument. */
  void start(A argument, Consumer<ChildStart<M>> then) {
    Child<M> child;
    try {
      Blueprint<M> blueprint = template.blueprint().apply(argument);
      var slot = new Slot<>(self().node(), blueprint.codec());
      child =
          new Child<>(
              template.specOf(blueprint),
              new ChildTerms(Atom.UNDEFINED, terms.start(), terms.modules()),
              slot);
    } catch (RuntimeException failure) {
      then.accept(new ChildStart.Refused<>(ExitReason.crash(failure).term()));
      return;
    }
    start(
        child,
        failure -> {
          if (failure != null) {
            report("start_error", child, failure);
            then.accept(new ChildStart.Refused<>(failure.term()));
            return;
          }
          keep(child);
          then.accept(child.startedNow());
        });
  }

  private void keep(Child<?> child) {
    Pid pid = child.pid();
    if (pid != null) {
      running.put(pid, child);
    }
  }

  @Override
  @Nullable Child<?> running(Pid pid) {
    return running.get(pid);
  }

  @Override
  void childEnded(Child<?> child, Pid last, ExitReason reason, Runnable done) {
    running.remove(last);
    if (child.spec().restart().appliesTo(reason)) {
      restart(child, last, done);
    } else {
      done.run();
    }
  }

  private void restart(Child<?> child, Pid last, Runnable done) {
    restarting.remove(last);
    if (!mayRestart(child)) {
      return;
    }
    start(
        child,
        failure -> {
          if (failure == null) {
            keep(child);
          } else {
            restarting.put(last, child);
            tryLater(child, failure);
          }
          done.run();
        });
  }

  @Override
  Query<A, M> tryAgain(Child<?> child) {
    return new TryAgain<>(child);
  }

  private void tryAgain(Child<?> child, Runnable done) {
    for (Map.Entry<Pid, Child<?>> entry : restarting.entrySet()) {
      if (entry.getValue() == child) {
        restart(child, entry.getKey(), done);
        return;
      }
    }
    done.run(); // it was terminated by request meanwhile
  }

  @Override
  void stopAll(Runnable then) {
    stopping().together(running.values(), then);
  }

  @Override
  List<Child<?>> children() {
    List<Child<?>> all = new ArrayList<>(running.values());
    all.addAll(restarting.values());
    return all;
  }

  // --- requests
  // ------------------------------------------------------------------------------------------------

  @Override
  public void message(Self<Query<A, M>> self, Query<A, M> message) {
    if (message instanceof TryAgain<A, M> again) {
      job(done -> tryAgain(again.child(), done));
    } else {
      self.warn("was sent {}, which can only be called", message);
    }
  }

  @Override
  public void call(Self<Query<A, M>> self, Query<A, M> request, From from) {
    job(done ->
        answer(
            request,
            result -> {
              from.reply(result);
              done.run();
            }));
  }

  private void answer(Query<A, M> request, Consumer<Object> then) {
    switch (request) {
      case DynamicSupervisor.WhichChildren<A, M> _ -> then.accept(which());
      case DynamicSupervisor.CountChildren<A, M> _ -> then.accept(counts());
      case DynamicSupervisor.StartChild<A, M> child -> start(child.argument(), then::accept);
      case DynamicSupervisor.TerminateChild<A, M> child -> terminate(child.pid(), then::accept);
      case Foreign<A, M> foreign ->
          new DynamicTerms<>(this).answer(foreign.request(), then::accept);
      case TryAgain<A, M> _ -> then.accept(ChildResult.NOT_FOUND);
    }
  }

  List<ChildInfo> which() {
    return children().stream().map(Child::info).toList();
  }

  ChildCount counts() {
    int all = running.size() + restarting.size();
    boolean supervisors = template.type() == ChildType.SUPERVISOR;
    return new ChildCount(1, running.size(), supervisors ? all : 0, supervisors ? 0 : all);
  }

  void terminate(Pid pid, Consumer<ChildResult> then) {
    restarting.remove(pid);
    Child<?> child = running.get(pid);
    if (child == null) {
      then.accept(isNoChild(pid) ? ChildResult.NOT_FOUND : ChildResult.DONE);
      return;
    }
    stopping()
        .one(
            child,
            () -> {
              running.remove(pid);
              then.accept(ChildResult.DONE);
            });
  }

  /** Tells a process that lives and is no child from one that may have been a child. */
  boolean isNoChild(Pid pid) {
    return !running.containsKey(pid)
        && !restarting.containsKey(pid)
        && (!pid.node().equals(self().node().name()) || self().node().isAlive(pid));
  }

  ChildTemplate<A, M> template() {
    return template;
  }

  ChildTerms terms() {
    return terms;
  }
}
