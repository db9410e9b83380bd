package io.weft.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Runs the turns of processes.
 *
 * <p>A process hands itself in at most once at a time, so an implementation need not keep two turns
 * of one process apart; it must run each accepted turn exactly once and must make everything
 * written before the turn was handed in visible to it.
 */
public interface Scheduler {
  /**
   * Runs {@code turn} soon, on a thread of the scheduler. Callable from any thread; never runs the
   * turn inside the call.
   *
   * <p>After {@link #close} turns are dropped.
   */
  void execute(Runnable turn);

  /**
   * Runs {@code turn} after those that are ready now: for a process that used up its turn and has
   * more to do.
   */
  default void executeLater(Runnable turn) {
    execute(turn);
  }

  /** Runs {@code turn} with regard to its urgency. By default without. */
  default void execute(Runnable turn, Urgency urgency) {
    execute(turn);
  }

  /**
   * Tells whether the calling thread belongs to this scheduler, so that blocking it would hold up
   * processes.
   */
  boolean isCarrier();

  /** Returns how many turns may run at once. */
  int parallelism();

  /**
   * Has the threads of this scheduler look after a poller, until {@link #detach}. False if they do
   * not, because they never wait or look after one already: then it takes a thread of its own.
   */
  default boolean attach(Poller poller) {
    return false;
  }

  /** Lets go of a poller; a thread that waits there returns soon. */
  default void detach(Poller poller) {}

  /** Returns what its threads do; null if it does not tell. */
  default @Nullable CarrierStatistics statistics() {
    return null;
  }

  /** Ends the threads of the scheduler after their present turn. Idempotent. */
  void close();
}
