package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What both kinds of supervisors have in common: the order of their work, the ends of their
 * children, how often these may restart, and their own end.
 */
abstract class SupervisorCore<Q> implements Behavior<Q> {

  private final Agenda agenda = new Agenda();
  private @Nullable Self<Q> self;
  private @Nullable Stopping stopping;
  private @Nullable Child<?> starting;
  private Intensity.Counter restarts;

  SupervisorCore(Intensity intensity) {
    restarts = intensity.new Counter();
  }

  // --- what the kinds differ in
  // ------------------------------------------------------------------------------------------------

  /** Returns the child that runs as {@code pid}, or null. */
  abstract @Nullable Child<?> running(Pid pid);

  /**
   * Decides what follows when a child has ended by itself, and is marked so.
   *
   * @param last what its pid was
   */
  abstract void childEnded(Child<?> child, Pid last, ExitReason reason, Runnable done);

  /** Stops all children, in the order of its kind. */
  abstract void stopAll(Runnable then);

  /** Returns the children, in start order where there is one. */
  abstract List<Child<?>> children();

  /** Returns the message by which the supervisor reminds itself of a child that did not restart. */
  abstract Q tryAgain(Child<?> child);

  // --- the order of work
  // ------------------------------------------------------------------------------------------------

  final void begin(Self<Q> self) {
    this.self = self;
    this.stopping = new Stopping(self);
  }

  final Self<Q> self() {
    return Objects.requireNonNull(self);
  }

  final Stopping stopping() {
    return Objects.requireNonNull(stopping);
  }

  final void job(Agenda.Job job) {
    agenda.add(job);
  }

  final void intensity(Intensity intensity) {
    restarts = intensity.new Counter();
  }

  @Override
  public final void info(Self<Q> self, Info info) throws Exception {
    switch (info) {
      case Info.Exit exit when exit.from().equals(self.parent()) -> quit(exit.reason());
      case Info.Exit exit -> job(done -> onExit(exit, done));
      case Info.Down down -> {
        if (down.item() instanceof Pid child) {
          stopping().ended(child, down.reason());
        }
      }
      case Info.Unknown unknown -> Behavior.super.info(self, unknown);
    }
  }

  private void onExit(Info.Exit exit, Runnable done) {
    Child<?> child = running(exit.from());
    if (child == null) {
      done.run(); // one that was stopped meanwhile, or no child
      return;
    }
    child.stopped();
    if (child.spec().restart().appliesTo(exit.reason()) || !exit.reason().isOrderly()) {
      report("child_terminated", child, exit.reason());
    }
    childEnded(child, exit.from(), exit.reason(), done);
  }

  // --- starting and restarting
  // ------------------------------------------------------------------------------------------------

  /** Starts a child; {@code then} is not told any more once the supervisor ends. */
  final void start(Child<?> child, Child.StartOutcome then) {
    starting = child;
    child.start(
        self(),
        failure -> {
          starting = null;
          if (!agenda.isClosed()) {
            then.ended(failure);
          }
        });
  }

  /** Told which child of several did not start, and why; null, null if all did. */
  @FunctionalInterface
  interface StartsOutcome {
    void ended(@Nullable Child<?> failed, @Nullable ExitReason failure);
  }

  /** Starts children one after the other, up to the first that fails. */
  final void startInOrder(List<? extends Child<?>> children, StartsOutcome then) {
    if (children.isEmpty()) {
      then.ended(null, null);
      return;
    }
    Child<?> first = children.getFirst();
    start(
        first,
        failure -> {
          if (failure != null) {
            then.ended(first, failure);
          } else {
            startInOrder(children.subList(1, children.size()), then);
          }
        });
  }

  /** Counts a restart; if it is one too many, gives up and returns false. */
  final boolean mayRestart(Child<?> child) {
    if (restarts.allows(self().node().seams().clock().nanoTime())) {
      return true;
    }
    SupervisorReports.of(self().node())
        .error("{}: reached_max_restart_intensity at child {}; shuts down", self, child);
    child.stopped();
    quit(ExitReason.SHUTDOWN);
    return false;
  }

  /** Puts a child that did not restart off, so that others are served before it is tried again. */
  final void tryLater(Child<?> child, ExitReason failure) {
    report("start_error", child, failure);
    child.restarting();
    self().address().tell(tryAgain(child));
  }

  final void report(String context, Child<?> child, ExitReason reason) {
    SupervisorReports.of(self().node()).warn("{}: {} {}: {}", self, context, child, reason.brief());
  }

  // --- the end
  // ------------------------------------------------------------------------------------------------

  /** Stops all children and ends. What is under way is left as it is. */
  final void quit(ExitReason reason) {
    if (agenda.isClosed()) {
      return;
    }
    agenda.close();
    stopping().forgetWhatFollows();
    stopStarting(() -> stopAll(() -> self().stop(reason)));
  }

  /**
   * Ends it by another way than {@link #quit}: it was told to by {@code sys}, or failed. It gets no
   * more reports of monitors then, so another process watches its children while it stops them.
   */
  @Override
  public final void ended(Self<Q> self, ExitReason reason) {
    List<Child<?>> left = everyChild().stream().filter(child -> child.pid() != null).toList();
    if (left.isEmpty() || reason.equals(ExitReason.KILLED)) {
      return;
    }
    agenda.close();
    stopping().forgetWhatFollows();
    stopping().watchedByAnother();
    try {
      self.spawn(LastWatch.blueprint(self, left, this::lastEnd));
    } catch (RuntimeException stopped) {
      return; // the node is closing: what is left ends by its link
    }
    self.hold();
    stopStarting(() -> stopAll(self::release));
  }

  private void lastEnd(Pid pid, ExitReason reason) {
    stopping().ended(pid, reason);
    for (Child<?> child : everyChild()) {
      if (pid.equals(child.pid())) {
        child.stopped();
      }
    }
  }

  private List<Child<?>> everyChild() {
    List<Child<?>> all = new ArrayList<>(children());
    if (starting != null) {
      all.add(starting);
    }
    return all;
  }

  private void stopStarting(Runnable then) {
    Child<?> halfStarted = starting;
    if (halfStarted == null) {
      then.run();
    } else {
      stopping().one(halfStarted, then);
    }
  }

  // --- counting
  // ------------------------------------------------------------------------------------------------

  final int count(Predicate<Child<?>> which) {
    return (int) children().stream().filter(which).count();
  }

  @Override
  public @Nullable Object state(Self<Q> self) {
    return children().stream().map(Child::info).toList();
  }
}
