package io.weft.gen;

import io.weft.gen.Supervisor.ChildCount;
import io.weft.gen.Supervisor.ChildInfo;
import io.weft.node.Slot;
import io.weft.node.StartException;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of a running supervisor about its children, whoever asks: typed requests and
 * OTP's terms end here.
 */
final class ChildRequests {
  private static final Atom ALREADY_PRESENT = Atom.of("already_present");

  private final FixedChildren supervisor;
  private final List<Child<?>> children;

  ChildRequests(FixedChildren supervisor, List<Child<?>> children) {
    this.supervisor = supervisor;
    this.children = children;
  }

  StartFunctions startFunctions() {
    return supervisor.startFunctions();
  }

  @Nullable Child<?> find(Term id) {
    for (Child<?> child : children) {
      if (child.terms().id().equals(id)) {
        return child;
      }
    }
    return null;
  }

  /** Returns all children, the last started first. */
  List<ChildInfo> which() {
    List<ChildInfo> infos = new ArrayList<>(children.size());
    for (Child<?> child : children.reversed()) {
      infos.add(child.info());
    }
    return infos;
  }

  ChildCount counts() {
    int supervisors = supervisor.count(child -> child.spec().type() == ChildType.SUPERVISOR);
    return new ChildCount(
        children.size(),
        supervisor.count(child -> child.pid() != null),
        supervisors,
        children.size() - supervisors);
  }

  Optional<ChildSpec<?>> specOf(String id) {
    Child<?> child = find(ChildTerms.idOf(id));
    return child == null ? Optional.empty() : Optional.of(child.spec());
  }

  <M> void start(ChildSpec<M> spec, ChildTerms terms, Consumer<ChildStart<M>> then) {
    Term error = refusal(spec, terms);
    if (error != null) {
      then.accept(new ChildStart.Refused<>(error));
      return;
    }
    var slot = new Slot<>(supervisor.self().node(), spec.blueprint().codec());
    boolean temporary = spec.restart() == Restart.TEMPORARY;
    var child = new Child<>(spec, temporary ? terms.withoutArguments() : terms, slot);
    supervisor
        .starting()
        .one(
            child,
            failure -> {
              if (failure != null) {
                supervisor.report("start_error", child, failure);
                then.accept(new ChildStart.Refused<>(Tuple.of(failure.term(), terms.record(spec))));
                return;
              }
              if (child.isActive() || !temporary) {
                children.add(child);
              }
              then.accept(child.startedNow());
            });
  }

  /** Returns why a child cannot be added; null if it can. */
  @Nullable Term refusal(ChildSpec<?> spec, ChildTerms terms) {
    Term bad = supervisor.badCombination(spec);
    if (bad != null) {
      return bad;
    }
    Child<?> present = find(terms.id());
    if (present == null) {
      return null;
    }
    Pid pid = present.pid();
    return pid == null ? ALREADY_PRESENT : StartException.alreadyStarted(pid).term();
  }

  void terminate(Term id, Consumer<ChildResult> then) {
    Child<?> child = find(id);
    if (child == null) {
      then.accept(ChildResult.NOT_FOUND);
      return;
    }
    supervisor
        .stopping()
        .one(
            child,
            () -> {
              if (child.isTemporary()) {
                children.remove(child);
              }
              then.accept(ChildResult.DONE);
            });
  }

  void restart(Term id, Consumer<ChildResult> then) {
    Child<?> child = find(id);
    ChildResult refusal = child == null ? ChildResult.NOT_FOUND : refusalOfActive(child);
    if (child == null || refusal != null) {
      then.accept(refusal == null ? ChildResult.NOT_FOUND : refusal);
      return;
    }
    supervisor
        .starting()
        .one(
            child,
            failure ->
                then.accept(
                    failure == null
                        ? child.restartedNow()
                        : new ChildResult.Refused(failure.term())));
  }

  ChildResult delete(Term id) {
    Child<?> child = find(id);
    if (child == null) {
      return ChildResult.NOT_FOUND;
    }
    ChildResult refusal = refusalOfActive(child);
    if (refusal != null) {
      return refusal;
    }
    children.remove(child);
    return ChildResult.DONE;
  }

  private static @Nullable ChildResult refusalOfActive(Child<?> child) {
    if (child.isRestarting()) {
      return ChildResult.RESTARTING;
    }
    return child.pid() == null ? null : ChildResult.RUNNING;
  }
}
