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

/** Children of one kind that come and go, known by their pids: their restarts, and requests. */
final class DynamicChildren<A, M> extends SupervisorCore<Query<A, M>> {
  private ChildTemplate<A, M> template;
  private final Map<Pid, DynamicChild<A, M>> running = new LinkedHashMap<>();

  /**
   * The children that did not start again, by the pid of their last life, which still names them.
   */
  private final Map<Pid, DynamicChild<A, M>> restarting = new LinkedHashMap<>();

  /** Told what a child was started with that had served and does not come again. */
  private final Consumer<? super A> gone;

  DynamicChildren(Self<Query<A, M>> self, ChildTemplate<A, M> template, Intensity intensity) {
    this(self, template, intensity, _ -> {});
  }

  DynamicChildren(
      Self<Query<A, M>> self,
      ChildTemplate<A, M> template,
      Intensity intensity,
      Consumer<? super A> gone) {
    super(self, intensity);
    this.template = template;
    this.gone = gone;
  }

  // --- the template
  // ------------------------------------------------------------------------------------------------

  /** Goes over to another template; children that run take it on when they start again. */
  void change(ChildTemplate<A, M> to, Intensity intensity) {
    List<Planned<A, M>> plan = planned(to);
    standstill().change(() -> goOver(to, intensity, plan));
  }

  /** A child, and what it is specified as by another template. */
  private record Planned<A, M>(DynamicChild<A, M> child, ChildSpec<M> spec) {}

  private List<Planned<A, M>> planned(ChildTemplate<A, M> to) {
    List<Planned<A, M>> plan = new ArrayList<>();
    for (DynamicChild<A, M> child : all()) {
      try {
        plan.add(new Planned<>(child, to.specOf(to.blueprint().apply(child.argument()))));
      } catch (RuntimeException failure) {
        throw new IllegalArgumentException(
            "the template has no blueprint for child " + child, failure);
      }
    }
    return plan;
  }

  private void goOver(ChildTemplate<A, M> to, Intensity intensity, List<Planned<A, M>> plan) {
    ChildTemplate<A, M> templateBefore = template;
    Intensity intensityBefore = intensity();
    template = to;
    intensity(intensity);
    ChildTerms terms = termsOfChildren();
    standstill()
        .onUndo(() -> {
          template = templateBefore;
          intensity(intensityBefore);
        });
    for (Planned<A, M> planned : plan) {
      var change = new SupervisorSetup.Planned<>(planned.child(), planned.spec(), terms);
      standstill().onUndo(change.goOver());
    }
  }

  @Override
  void applyToLater(CodeRules rules, CodePlace here) {
    if (rules.isEmpty()) {
      return;
    }
    ChildTemplate<A, M> before = template;
    template =
        before.blueprint(argument -> {
          Blueprint<M> made = before.blueprint().apply(argument);
          return rules.of(here.child(before.id(), made, null), made);
        });
    standstill().onUndo(() -> template = before);
  }

  // --- children start and end
  // ------------------------------------------------------------------------------------------------

  /** Starts a child from an argument. */
  void start(A argument, Consumer<ChildStart<M>> then) {
    DynamicChild<A, M> child;
    try {
      Blueprint<M> blueprint = template.blueprint().apply(argument);
      var slot = new Slot<>(self().node(), blueprint.codec());
      child = new DynamicChild<>(argument, template.specOf(blueprint), termsOfChildren(), slot);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failure) {
      then.accept(new ChildStart.Refused<>(ExitReason.raised(failure).term()));
      return;
    }
    starting()
        .one(
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

  private ChildTerms termsOfChildren() {
    ChildTerms terms = terms();
    return new ChildTerms(Atom.UNDEFINED, terms.start(), terms.modules());
  }

  private void keep(DynamicChild<A, M> child) {
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
  void childEnded(Child<?> ended, Pid last, ExitReason reason, Runnable done) {
    DynamicChild<A, M> child = running.remove(last);
    if (child != null && child.spec().restart().appliesTo(reason)) {
      restart(child, last, done);
      return;
    }
    if (child != null) {
      gone.accept(child.argument());
    }
    done.run();
  }

  private void restart(DynamicChild<A, M> child, Pid last, Runnable done) {
    restarting.remove(last);
    if (!mayRestart(child)) {
      return;
    }
    starting()
        .one(
            child,
            failure -> {
              if (failure == null) {
                keep(child);
                if (child.pid() == null) {
                  gone.accept(child.argument()); // it decided not to serve this time
                }
              } else {
                restarting.put(last, child);
                tryLater(child, failure);
              }
              done.run();
            });
  }

  @Override
  Query<A, M> tryAgain(Child<?> child) {
    return new DynamicBody.TryAgain<>(child);
  }

  private void tryAgain(Child<?> child, Runnable done) {
    for (Map.Entry<Pid, DynamicChild<A, M>> entry : restarting.entrySet()) {
      if (entry.getValue() == child) {
        restart(entry.getValue(), entry.getKey(), done);
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
    return new ArrayList<>(all());
  }

  private List<DynamicChild<A, M>> all() {
    List<DynamicChild<A, M>> all = new ArrayList<>(running.values());
    all.addAll(restarting.values());
    return all;
  }

  // --- requests
  // ------------------------------------------------------------------------------------------------

  @Override
  void message(Query<A, M> message) {
    if (message instanceof DynamicBody.TryAgain<A, M> again) {
      job(done -> tryAgain(again.child(), done));
    } else {
      self().warn("was sent {}, which can only be called", message);
    }
  }

  @Override
  void answer(Query<A, M> request, From from, Runnable done) {
    answer(
        request,
        result -> {
          from.reply(result);
          done.run();
        });
  }

  private void answer(Query<A, M> request, Consumer<Object> then) {
    switch (request) {
      case DynamicSupervisor.WhichChildren<A, M> _ -> then.accept(which());
      case DynamicSupervisor.CountChildren<A, M> _ -> then.accept(counts());
      case DynamicSupervisor.StartChild<A, M> child -> start(child.argument(), then::accept);
      case DynamicSupervisor.TerminateChild<A, M> child -> terminate(child.pid(), then::accept);
      case DynamicBody.Foreign<A, M> foreign ->
          new DynamicTerms<>(this).answer(foreign.request(), then::accept);
      case DynamicBody.TryAgain<A, M> _ -> then.accept(ChildResult.NOT_FOUND);
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
    DynamicChild<A, M> waiting = restarting.remove(pid);
    if (waiting != null) {
      gone.accept(waiting.argument());
    }
    DynamicChild<A, M> child = running.get(pid);
    if (child == null) {
      then.accept(isNoChild(pid) ? ChildResult.NOT_FOUND : ChildResult.DONE);
      return;
    }
    stopping()
        .one(
            child,
            () -> {
              running.remove(pid);
              gone.accept(child.argument());
              then.accept(ChildResult.DONE);
            });
  }

  /** Whether a child goes by this pid: it runs, or did so last and is to be started again. */
  boolean knows(Pid pid) {
    return running.containsKey(pid) || restarting.containsKey(pid);
  }

  /** Tells a process that lives and is no child from one that may have been a child. */
  boolean isNoChild(Pid pid) {
    return !knows(pid) && (!self().node().isHere(pid) || self().node().isAlive(pid));
  }

  ChildTemplate<A, M> template() {
    return template;
  }

  ChildTerms terms() {
    return ChildTerms.of(template.id(), template.id());
  }

  @Override
  SupervisorState state() {
    ChildTerms terms = terms();
    Term record =
        terms.record(
            template.restart(), false, template.shutdown(), template.type(), Atom.UNDEFINED);
    return SupervisorState.ofDynamic(self(), intensity(), terms, record, children());
  }
}
