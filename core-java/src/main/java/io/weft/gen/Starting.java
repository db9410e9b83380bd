package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.Self;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a supervisor starts its children: one after the other. */
final class Starting {
  /** Told which child of several did not start, and why; null, null if all did. */
  @FunctionalInterface
  interface Outcome {
    void ended(@Nullable Child<?> failed, @Nullable ExitReason failure);
  }

  private final Self<?> self;
  private final Agenda agenda;
  private @Nullable Child<?> halfStarted;

  Starting(Self<?> self, Agenda agenda) {
    this.self = self;
    this.agenda = agenda;
  }

  /** Starts a child; {@code then} is not told any more once the supervisor ends. */
  void one(Child<?> child, Child.StartOutcome then) {
    halfStarted = child;
    child.start(
        self,
        failure -> {
          halfStarted = null;
          if (!agenda.isClosed()) {
            then.ended(failure);
          }
        });
  }

  /** Starts children one after the other, up to the first that fails. */
  void inOrder(List<? extends Child<?>> children, Outcome then) {
    if (children.isEmpty()) {
      then.ended(null, null);
      return;
    }
    Child<?> first = children.getFirst();
    one(
        first,
        failure -> {
          if (failure != null) {
            then.ended(first, failure);
          } else {
            inOrder(children.subList(1, children.size()), then);
          }
        });
  }

  /** Returns the child whose start is under way; null if there is none. */
  @Nullable Child<?> halfStarted() {
    return halfStarted;
  }
}
