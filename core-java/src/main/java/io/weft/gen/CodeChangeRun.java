package io.weft.gen;

import io.weft.gen.CodeChange.Report;
import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.CodeTrial;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.NoSuchProcessException;
import io.weft.node.Self;
import io.weft.node.Sys;
import io.weft.node.Target;
import io.weft.runtime.Timers;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link CodeChange}: a process that asks others to halt, to change, and to go on.
 * Each phase begins when nothing of the one before is awaited.
 */
final class CodeChangeRun<Q> implements Behavior<Void> {
  private enum Phase {
    HALTING,
    CHANGING,
    /** Whatever happens now, it has changed. */
    GOING_ON,
    TAKING_BACK,
    OVER
  }

  /** What the one who asked for the change holds: who cancels it in time has nothing changed. */
  private static final class Outcome extends CompletableFuture<Report> {
    private final AtomicBoolean decided = new AtomicBoolean();

    /** From now on it cannot be cancelled; false if it was. */
    boolean commit() {
      return decided.compareAndSet(false, true);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return decided.compareAndSet(false, true)
          ? super.cancel(mayInterruptIfRunning)
          : isCancelled();
    }
  }

  /** A process that waits to be told to go on. */
  private interface Halted {
    CompletableFuture<?> goOn(boolean changed);
  }

  private final CodeChange plan;
  private final Address<Q> top;
  private final @Nullable Blueprint<Q> topTo;
  private final Outcome result;

  private final Map<CodePlace, Halted> halted = new HashMap<>();
  private final Map<Reference, CompletableFuture<Keeper.Frozen>> freezing = new HashMap<>();
  private final List<Runnable> toChange = new ArrayList<>();
  private final List<CodeTrial<?>> trials = new ArrayList<>();
  private final List<CodePlace> changed = new ArrayList<>();
  private final List<CodePlace> later = new ArrayList<>();
  private final List<CodePlace> added = new ArrayList<>();
  private @Nullable Self<Void> self;
  private @Nullable CodeAnswers answers;
  private @Nullable CodeChangeException failure;
  private Timers.@Nullable Timer deadline;
  private long began;

  /** Read by supervisors in their turns: from when it is over nobody needs to halt any more. */
  private volatile Phase phase = Phase.HALTING;

  private CodeChangeRun(
      CodeChange plan, Address<Q> top, @Nullable Blueprint<Q> topTo, Outcome result) {
    this.plan = plan;
    this.top = top;
    this.topTo = topTo;
    this.result = result;
  }

  static <Q> CompletableFuture<Report> start(
      CodeChange plan, Address<Q> top, @Nullable Blueprint<Q> to) {
    var result = new Outcome();
    Address<Void> _ =
        top.node()
            .spawn(Blueprint.of("code change", () -> new CodeChangeRun<>(plan, top, to, result)));
    return result;
  }

  // --- the phases
  // ------------------------------------------------------------------------------------------------

  @Override
  public void start(Self<Void> self) {
    this.self = self;
    answers = new CodeAnswers(self, this::onFailure, this::nextPhase);
    began = self.node().seams().clock().nanoTime();
    deadline = self.after(plan.limit, this::tooLate);
    var _ = result.whenComplete((_, _) -> self.post(this::onCancel));
    CodePlace unknown = CodePlace.top("the top supervisor", null);
    answers()
        .await(
            unknown,
            Sys.info(top),
            info -> halt(CodePlace.top(info.label(), info.pid()), top, topTo));
  }

  @Override
  public void message(Self<Void> self, Void message) {}

  private Self<Void> self() {
    return Objects.requireNonNull(self);
  }

  private CodeAnswers answers() {
    return Objects.requireNonNull(answers);
  }

  /** All have answered. */
  private void nextPhase() {
    switch (phase) {
      case HALTING -> {
        phase = Phase.CHANGING;
        toChange.forEach(Runnable::run);
        if (toChange.isEmpty()) {
          nextPhase();
        }
      }
      case CHANGING -> goOn();
      case GOING_ON -> {
        long took = self().node().seams().clock().nanoTime() - began;
        var report = new Report(changed, later, added, Duration.ofNanos(took));
        finish(() -> result.complete(report));
      }
      case TAKING_BACK -> {
        CodeChangeException why = Objects.requireNonNull(failure);
        finish(() -> result.completeExceptionally(why));
      }
      case OVER -> {}
    }
  }

  private void finish(Runnable tell) {
    phase = Phase.OVER;
    if (deadline != null) {
      deadline.cancel();
    }
    self().stop(ExitReason.NORMAL);
    tell.run();
  }

  // --- halting
  // ------------------------------------------------------------------------------------------------

  /** A supervisor is to stand still, and then those of its children that are to change. */
  private <K> void halt(CodePlace place, Address<K> keeper, @Nullable Blueprint<K> to) {
    if (place.pid() == null) {
      return;
    }
    var frozen = new CompletableFuture<Keeper.Frozen>();
    freezing.put(self().monitor(new Target.ByPid(place.pid())), frozen);
    answers()
        .await(
            place,
            frozen,
            it -> onFrozen(place, keeper, to, it),
            it -> settle(Sys.with(keeper, _ -> thaw(it, false))));
    answers()
        .await(
            place,
            Sys.with(keeper, behavior -> freeze(behavior, frozen)),
            known -> {
              if (!known) {
                fail(place, "it is no supervisor whose children can be changed", null);
              }
            });
  }

  /** In the turn of the supervisor. */
  private boolean freeze(Behavior<?> behavior, CompletableFuture<Keeper.Frozen> then) {
    BooleanSupplier stillWanted = () -> !then.isDone() && phase != Phase.OVER;
    Consumer<Keeper.Frozen> stands =
        frozen -> {
          if (!then.complete(frozen)) {
            frozen.thaw(null);
          }
        };
    if (behavior instanceof Keeper keeper) {
      keeper.freeze(stillWanted, stands);
      return true;
    }
    SupervisedChildren<?, ?> children =
        behavior instanceof KeepsChildren keeps ? keeps.supervisedChildren() : null;
    if (children != null) {
      children.freeze(stillWanted, stands);
    }
    return children != null;
  }

  /** A supervisor that ends meanwhile takes what is below along. */
  @Override
  public void info(Self<Void> self, Info info) {
    if (info instanceof Info.Down down) {
      CompletableFuture<Keeper.Frozen> frozen = freezing.remove(down.monitor());
      if (frozen != null) {
        boolean _ = frozen.completeExceptionally(new NoSuchProcessException(down.item()));
      }
    }
  }

  private <K> void onFrozen(
      CodePlace place, Address<K> keeper, @Nullable Blueprint<K> to, Keeper.Frozen frozen) {
    halted.put(place, well -> Sys.with(keeper, _ -> thaw(frozen, well)));
    if (to == null) {
      lookBelow(place, keeper, frozen);
    } else {
      tryCode(place, keeper, to, () -> lookBelow(place, keeper, frozen));
    }
  }

  private boolean thaw(Keeper.Frozen frozen, boolean well) {
    frozen.thaw(well ? pids(changed) : null);
    return true;
  }

  private static Set<Pid> pids(List<CodePlace> places) {
    Set<Pid> pids = new HashSet<>();
    for (CodePlace place : places) {
      if (place.pid() != null) {
        pids.add(place.pid());
      }
    }
    return pids;
  }

  private <K> void lookBelow(CodePlace place, Address<K> keeper, Keeper.Frozen frozen) {
    answers()
        .await(
            place,
            Sys.with(keeper, _ -> frozen.apply(plan.rules, place)),
            rows -> rows.forEach(this::onChild));
  }

  private <M> void onChild(Keeper.Row<M> row) {
    CodePlace place = row.place();
    if (row.isNew()) {
      added.add(place);
    } else if (place.pid() == null) {
      if (row.changes()) {
        later.add(place);
      }
    } else if (row.to().isKeeper()) {
      halt(place, row.address(), row.changes() ? row.to() : null);
    } else if (row.changes()) {
      suspend(place, row.address(), row.to());
    }
  }

  private <M> void suspend(CodePlace place, Address<M> child, Blueprint<M> to) {
    answers()
        .await(
            place,
            Sys.suspend(child),
            ran -> {
              if (ran) {
                halted.put(place, _ -> Sys.resume(child));
              }
              toChange.add(() -> change(place, child, to));
            },
            ran -> {
              if (ran) {
                settle(Sys.resume(child));
              }
            });
  }

  // --- changing
  // ------------------------------------------------------------------------------------------------

  private <M> void change(CodePlace place, Address<M> child, Blueprint<M> to) {
    if (plan.mayBeginAnew.test(place)) {
      tryCode(place, child, to, () -> {});
      return;
    }
    answers()
        .await(
            place,
            Sys.state(child),
            state -> {
              if (state == null) {
                fail(place, "it shows no state, and would begin anew", null);
              } else {
                tryCode(place, child, to, () -> {});
              }
            });
  }

  private <M> void tryCode(CodePlace place, Address<M> process, Blueprint<M> to, Runnable then) {
    answers()
        .await(
            place,
            Sys.tryCode(process, to, plan.extra),
            trial -> {
              trials.add(trial);
              changed.add(place);
              then.run();
            },
            trial -> settle(trial.rollBack()));
  }

  // --- going on
  // ------------------------------------------------------------------------------------------------

  private void goOn() {
    if (!result.commit()) {
      return; // somebody has just cancelled it, and onCancel is to come
    }
    phase = Phase.GOING_ON;
    trials.forEach(trial -> settle(trial.commit()));
    halted.forEach((place, each) -> answers().await(place, each.goOn(true), _ -> {}));
    if (answers().isEmpty()) {
      nextPhase();
    }
  }

  /** The end waits for this too. */
  private void settle(CompletableFuture<?> last) {
    answers().await(CodePlace.top("all", null), last, _ -> {});
  }

  // --- taking back
  // ------------------------------------------------------------------------------------------------

  private void onFailure(CodePlace place, Throwable failed) {
    if (phase != Phase.HALTING && phase != Phase.CHANGING) {
      return; // it ended meanwhile
    }
    boolean isTop = !place.path().contains("/");
    if (failed instanceof NoSuchProcessException && !isTop) {
      later.add(place); // it ended, and is started again with the new code if at all
    } else {
      fail(
          place,
          failed instanceof ExitException exit ? exit.reason().toString() : failed.toString(),
          failed);
    }
  }

  private void onCancel() {
    if (result.isCancelled() && (phase == Phase.HALTING || phase == Phase.CHANGING)) {
      fail(CodePlace.top("the tree", null), "it was cancelled", null);
    }
  }

  private void tooLate() {
    CodePlace first = answers().first();
    if (first != null && (phase == Phase.HALTING || phase == Phase.CHANGING)) {
      String what = phase == Phase.HALTING ? "did not come to a halt" : "did not change";
      fail(first, "it " + what + " within " + plan.limit, new TimeoutException());
    }
  }

  /** Those who have not answered are told as the others, but not waited for. */
  private void fail(CodePlace place, String why, @Nullable Throwable cause) {
    if (phase == Phase.TAKING_BACK) {
      return;
    }
    phase = Phase.TAKING_BACK;
    failure = new CodeChangeException(place, why, cause);
    Set<CodePlace> silent = new HashSet<>(answers().withdraw());
    trials.forEach(trial -> settle(trial.rollBack()));
    halted.forEach((halt, each) -> {
      CompletableFuture<?> gone = each.goOn(false);
      if (!silent.contains(halt)) {
        answers().await(halt, gone, _ -> {});
      }
    });
    if (answers().isEmpty()) {
      nextPhase();
    }
  }

  /** Ended from outside, it leaves nobody halted. */
  @Override
  public void ended(Self<Void> self, ExitReason reason) {
    Phase last = phase;
    phase = Phase.OVER;
    if (last == Phase.HALTING || last == Phase.CHANGING) {
      answers().withdraw();
      for (CodeTrial<?> trial : trials) {
        var _ = trial.rollBack();
      }
      for (Halted each : halted.values()) {
        var _ = each.goOn(false);
      }
    }
    boolean _ =
        result.completeExceptionally(
            new CodeChangeException(
                CodePlace.top("the tree", null),
                "the change itself was ended: " + reason.brief(),
                null));
  }
}
