package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.List;

/** How a supervisor ends: when its children have. What is under way is left as it is. */
final class Ending {
  private final SupervisorCore<?> supervisor;
  private final Agenda agenda;
  private final Starting starting;
  private final Stopping stopping;

  Ending(SupervisorCore<?> supervisor, Agenda agenda, Starting starting, Stopping stopping) {
    this.supervisor = supervisor;
    this.agenda = agenda;
    this.starting = starting;
    this.stopping = stopping;
  }

  /** Stops all children, and then the supervisor. */
  void quit(ExitReason reason) {
    if (agenda.isClosed()) {
      return;
    }
    agenda.close();
    stopping.forgetWhatFollows();
    stopAll(() -> supervisor.self().stop(reason));
  }

  /**
   * The process ends by another way than {@link #quit}: it was told to by {@code sys}, or failed.
   * It gets no more reports of monitors then, so another process watches the children while it
   * stops them.
   */
  void ended(ExitReason reason) {
    List<Child<?>> left = everyChild().stream().filter(child -> child.pid() != null).toList();
    if (left.isEmpty() || reason.equals(ExitReason.KILLED)) {
      return;
    }
    agenda.close();
    stopping.forgetWhatFollows();
    stopping.watchedByAnother();
    Self<?> self = supervisor.self();
    try {
      self.spawn(LastWatch.blueprint(self, left, this::lastEnd));
    } catch (RuntimeException stopped) {
      return; // the node is closing: what is left ends by its link
    }
    self.hold();
    stopAll(self::release);
  }

  private void lastEnd(Pid pid, ExitReason reason) {
    stopping.ended(pid, reason);
    for (Child<?> child : everyChild()) {
      if (pid.equals(child.pid())) {
        child.stopped();
      }
    }
  }

  private List<Child<?>> everyChild() {
    List<Child<?>> all = new ArrayList<>(supervisor.children());
    Child<?> halfStarted = starting.halfStarted();
    if (halfStarted != null) {
      all.add(halfStarted);
    }
    return all;
  }

  private void stopAll(Runnable then) {
    Child<?> halfStarted = starting.halfStarted();
    if (halfStarted == null) {
      supervisor.stopAll(then);
    } else {
      stopping.one(halfStarted, () -> supervisor.stopAll(then));
    }
  }
}
