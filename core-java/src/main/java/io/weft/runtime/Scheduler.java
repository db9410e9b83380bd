package io.weft.runtime;

/**
 * Runs the turns of processes.
 *
 * <p>A process hands itself in at most once at a time, so an implementation need not keep two turns
 * of one process apart; it must run each accepted turn exactly once and must make everything
 * written before {@link #execute} visible to the turn.
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
   * Tells whether the calling thread belongs to this scheduler, so that blocking it would hold up
   * processes.
   */
  boolean isCarrier();

  /** Ends the threads of the scheduler after their present turn. Idempotent. */
  void close();
}
