package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Observer;
import io.weft.node.Self;
import io.weft.term.Pid;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor has and does, whatever its kind: the order of its work, the ends of its
 * children, and how often these may restart. It stays the same when newer code takes over: see
 * {@link SupervisorBehavior}.
 *
 * @param <Q> its protocol
 */
abstract class SupervisorCore<Q> {
  private final Self<Q> self;
  private final Agenda agenda = new Agenda();
  private final Stopping stopping;
  private final Starting starting;
  private final Ending ending;
  private final Standstill standstill;
  private Intensity.Counter restarts;

  SupervisorCore(Self<Q> self, Intensity intensity) {
    this.self = self;
    this.stopping = new Stopping(self);
    this.starting = new Starting(self, agenda);
    this.ending = new Ending(this, agenda, starting, stopping);
    this.standstill = new Standstill(this, agenda);
    this.restarts = intensity.new Counter();
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

  /** Takes that message. */
  abstract void message(Q message);

  /** Answers a request; it is its turn. */
  abstract void answer(Q request, From from, Runnable done);

  /** Lets children that come later have the blueprints that the rules want. */
  abstract void applyToLater(CodeRules rules, CodePlace here);

  /** Returns what sys shows. */
  abstract SupervisorState state();

  // --- the order of work
  // ------------------------------------------------------------------------------------------------

  final Self<Q> self() {
    return self;
  }

  final Starting starting() {
    return starting;
  }

  final Stopping stopping() {
    return stopping;
  }

  final Standstill standstill() {
    return standstill;
  }

  final void job(Agenda.Job job) {
    agenda.add(job);
  }

  final void call(Q request, From from) {
    job(done -> answer(request, from, done));
  }

  final void onExit(Info.Exit exit) {
    if (exit.from().equals(self.parent())) {
      quit(exit.reason());
    } else {
      job(done -> childExit(exit, done));
    }
  }

  final void onDown(Info.Down down) {
    if (down.item() instanceof Pid child) {
      stopping.ended(child, down.reason());
    }
  }

  private void childExit(Info.Exit exit, Runnable done) {
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

  // --- restarts
  // ------------------------------------------------------------------------------------------------

  final Intensity intensity() {
    return restarts.intensity();
  }

  /** Another intensity holds from now on; the restarts so far count for it too. */
  final void intensity(Intensity intensity) {
    restarts = intensity.new Counter(restarts);
  }

  /** Counts a restart; if it is one too many, gives up and returns false. */
  final boolean mayRestart(Child<?> child) {
    if (restarts.allows(self.node().seams().clock().nanoTime())) {
      Observer observer = self.node().observer();
      if (observer != null) {
        observer.restarted(self.pid(), self.label(), child.spec().id());
      }
      return true;
    }
    SupervisorReports.of(self.node())
        .error("{}: reached_max_restart_intensity at child {}; shuts down", self, child);
    child.stopped();
    quit(ExitReason.SHUTDOWN);
    return false;
  }

  /** Puts a child that did not restart off, so that others are served before it is tried again. */
  final void tryLater(Child<?> child, ExitReason failure) {
    report("start_error", child, failure);
    child.restarting();
    self.address().tell(tryAgain(child));
  }

  final void report(String context, Child<?> child, ExitReason reason) {
    SupervisorReports.of(self.node()).warn("{}: {} {}: {}", self, context, child, reason.brief());
  }

  // --- the end
  // ------------------------------------------------------------------------------------------------

  final void quit(ExitReason reason) {
    ending.quit(reason);
  }

  final void ended(ExitReason reason) {
    ending.ended(reason);
  }

  // --- counting
  // ------------------------------------------------------------------------------------------------

  final int count(Predicate<Child<?>> which) {
    return (int) children().stream().filter(which).count();
  }
}
