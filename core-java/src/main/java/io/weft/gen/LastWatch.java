package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Watches the children of a supervisor that is ending, and tells it of their ends. */
final class LastWatch implements Behavior<Void> {
  private final Self<?> supervisor;
  private final List<Pid> children;
  private final BiConsumer<Pid, ExitReason> then;

  private LastWatch(Self<?> supervisor, List<Pid> children, BiConsumer<Pid, ExitReason> then) {
    this.supervisor = supervisor;
    this.children = children;
    this.then = then;
  }

  /**
   * Returns a blueprint.
   *
   * @param then told of each end, in turns of the supervisor
   */
  static Blueprint<Void> blueprint(
      Self<?> supervisor, List<Child<?>> children, BiConsumer<Pid, ExitReason> then) {
    List<Pid> pids = new ArrayList<>();
    for (Child<?> child : children) {
      Pid pid = child.pid();
      if (pid != null) {
        pids.add(pid);
      }
    }
    return Blueprint.of("last watch", () -> new LastWatch(supervisor, pids, then));
  }

  @Override
  public void start(Self<Void> self) {
    children.forEach(child -> self.monitor(new Target.ByPid(child)));
  }

  @Override
  public void message(Self<Void> self, Void message) {}

  @Override
  public void info(Self<Void> self, Info info) {
    if (info instanceof Info.Down down && down.item() instanceof Pid child) {
      supervisor.post(() -> then.accept(child, down.reason()));
      children.remove(child);
      if (children.isEmpty()) {
        self.stop(ExitReason.NORMAL);
      }
    }
  }
}
