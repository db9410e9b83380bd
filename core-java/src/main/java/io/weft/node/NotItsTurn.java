package io.weft.node;

/** What is said to those who use a process in the wrong place. */
final class NotItsTurn {
  private NotItsTurn() {}

  /** A foreign thread did it, or the turn of another process. */
  static IllegalStateException of(Process<?> process, String what) {
    Process<?> other = Node.current();
    return new IllegalStateException(
        what
            + " is for the turns of "
            + process
            + " only, and "
            + (other == null
                ? "thread " + Thread.currentThread().getName() + " runs none"
                : "this is one of " + other)
            + ": do it in the process's own handlers or coroutines, or hand it over with self.post(..)");
  }

  /** Its own body did it, while signals may act. */
  static IllegalStateException withoutDoes(Process<?> process, String what) {
    return new IllegalStateException(
        what
            + " of the event-driven face of "
            + process
            + " would meet its signals: use the methods of BlockingSelf, or do it within does(..)");
  }

  /** A foreign thread waits in the name of a straight-line body. */
  static IllegalStateException notTheBody(Process<?> process) {
    return new IllegalStateException(
        "only the body of "
            + process
            + " receives and waits, not thread "
            + Thread.currentThread().getName()
            + ": let the body do it and hand on what others need, or send them messages");
  }
}
