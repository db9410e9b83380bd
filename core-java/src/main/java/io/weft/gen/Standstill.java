package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.term.Pid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor that stands still while the code of its children changes: a job on its agenda that
 * is done when all is over. What changes meanwhile can be taken back.
 */
final class Standstill implements Keeper.Frozen {
  private final SupervisorCore<?> supervisor;
  private final Agenda agenda;
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private final Set<Child<?>> added = new HashSet<>();
  private @Nullable Runnable goOn;

  Standstill(SupervisorCore<?> supervisor, Agenda agenda) {
    this.supervisor = supervisor;
    this.agenda = agenda;
  }

  void freeze(BooleanSupplier stillWanted, Consumer<Keeper.Frozen> then) {
    agenda.add(done -> {
      if (stillWanted.getAsBoolean()) {
        goOn = done;
        then.accept(this);
      } else {
        done.run();
      }
    });
  }

  /** Changes what the supervisor is to do: at once if it stands still, else when it next may. */
  void change(Runnable change) {
    if (goOn != null) {
      change.run();
    } else {
      agenda.add(done -> {
        change.run();
        forget();
        done.run();
      });
    }
  }

  /** Says how to take back what changed just now. */
  void onUndo(Runnable step) {
    undo.push(step);
  }

  void added(Child<?> child) {
    added.add(child);
  }

  @Override
  public List<Keeper.Row<?>> apply(CodeRules rules, CodePlace here) {
    List<Keeper.Row<?>> rows = new ArrayList<>();
    for (Child<?> child : supervisor.children()) {
      rows.add(row(child, rules, here.child(child)));
    }
    supervisor.applyToLater(rules, here);
    return rows;
  }

  private <M> Keeper.Row<M> row(Child<M> child, CodeRules rules, CodePlace place) {
    ChildSpec<M> before = child.spec();
    Blueprint<M> to = rules.of(place, before.blueprint());
    if (to != before.blueprint()) {
      child.spec(before.blueprint(to), child.terms());
      ChildTerms terms = child.terms();
      onUndo(() -> child.spec(before, terms));
    }
    return new Keeper.Row<>(place, child.slot(), to, child.hasOtherCode(), added.contains(child));
  }

  @Override
  public void thaw(@Nullable Set<Pid> changed) {
    Runnable rest = goOn;
    if (rest == null) {
      return;
    }
    goOn = null;
    if (changed == null) {
      undo.forEach(Runnable::run);
    } else {
      for (Child<?> child : supervisor.children()) {
        child.changedIfAmong(changed);
      }
    }
    forget();
    rest.run();
  }

  private void forget() {
    undo.clear();
    added.clear();
  }
}
