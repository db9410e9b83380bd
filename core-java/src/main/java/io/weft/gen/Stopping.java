package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.runtime.Timers;
import io.weft.term.Pid;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a supervisor stops its children: by a monitor it learns of the end, asks with {@code
 * shutdown}, and kills what is left when the time of the child is over.
 */
final class Stopping {

  /** A child that was asked to end. */
  private static final class Stop {
    final Child<?> child;
    Runnable then;
    Timers.@Nullable Timer timer;

    Stop(Child<?> child, Runnable then) {
      this.child = child;
      this.then = then;
    }
  }

  private final Self<?> self;
  private final Map<Pid, Stop> stops = new HashMap<>();
  private boolean watchedByAnother;

  Stopping(Self<?> self) {
    this.self = self;
  }

  /** Stops one child; if it does not run, or once it has ended, goes on with {@code then}. */
  void one(Child<?> child, Runnable then) {
    Pid pid = child.pid();
    if (pid == null) {
      child.stopped();
      then.run();
      return;
    }
    Stop begun = stops.get(pid);
    if (begun == null) {
      ask(pid, child, then);
    } else {
      begun.then = then;
    }
  }

  private void ask(Pid pid, Child<?> child, Runnable then) {
    var stop = new Stop(child, then);
    stops.put(pid, stop);
    if (!watchedByAnother) {
      self.monitor(new Target.ByPid(pid));
    }
    self.unlink(pid);
    child.stopping();
    switch (child.spec().shutdown()) {
      case Shutdown.BrutalKill _ -> self.exit(pid, ExitReason.KILL);
      case Shutdown.Infinity _ -> self.exit(pid, ExitReason.SHUTDOWN);
      case Shutdown.Within within -> {
        self.exit(pid, ExitReason.SHUTDOWN);
        stop.timer = self.after(within.time(), () -> self.exit(pid, ExitReason.KILL));
      }
    }
  }

  /** Stops children one after the other, the last one first. */
  void inReverse(List<? extends Child<?>> children, Runnable then) {
    nextOf(List.copyOf(children), children.size() - 1, then);
  }

  private void nextOf(List<? extends Child<?>> children, int last, Runnable then) {
    int index = last;
    while (index >= 0 && children.get(index).pid() == null) {
      children.get(index).stopped();
      index--;
    }
    if (index < 0) {
      then.run();
      return;
    }
    int before = index - 1;
    one(children.get(index), () -> nextOf(children, before, then));
  }

  /** Stops children all at once. */
  void together(Collection<? extends Child<?>> children, Runnable then) {
    if (children.isEmpty()) {
      then.run();
      return;
    }
    var left =
        new Object() {
          int count = children.size();
        };
    for (Child<?> child : List.copyOf(children)) {
      one(
          child,
          () -> {
            left.count--;
            if (left.count == 0) {
              then.run();
            }
          });
    }
  }

  /** Leaves what was to follow undone: the supervisor is ending. */
  void forgetWhatFollows() {
    stops.values().forEach(stop -> stop.then = () -> {});
  }

  /** The supervisor is ending and gets no more reports: another process watches all children. */
  void watchedByAnother() {
    watchedByAnother = true;
  }

  /** Takes the report that a child has ended; of one that was not asked to, nothing follows. */
  void ended(Pid pid, ExitReason reason) {
    Stop stop = stops.remove(pid);
    if (stop == null) {
      return;
    }
    if (stop.timer != null) {
      stop.timer.cancel();
    }
    reportUnlessExpected(stop.child, reason);
    stop.child.stopped();
    stop.then.run();
  }

  private void reportUnlessExpected(Child<?> child, ExitReason end) {
    if (!isExpected(child, end)) {
      SupervisorReports.of(self.node()).warn("{}: shutdown_error {}: {}", self, child, end.brief());
    }
  }

  /** A permanent child may end with {@code shutdown} only; one that was gone is told by its own. */
  static boolean isExpected(Child<?> child, ExitReason end) {
    if (child.spec().shutdown() instanceof Shutdown.BrutalKill) {
      return end.equals(ExitReason.KILLED) || end.equals(ExitReason.NOPROC);
    }
    return end.equals(ExitReason.SHUTDOWN)
        || end.equals(ExitReason.NOPROC)
        || end.isOrderly() && child.spec().restart() != Restart.PERMANENT;
  }
}
