package io.weft.runtime;

/**
 * Tells of what happens outside the JVM, above all that sockets are ready. A {@link Scheduler} that
 * takes it has its threads wait there when they have nothing to run, so that what happens is acted
 * upon by the thread that learns of it.
 *
 * <p>At most one thread at a time is in {@link #poll}.
 */
public interface Poller {
  /**
   * Hands out what has happened: by {@link Scheduler#execute} or in some other way that takes
   * little time. Must not fail.
   *
   * @param wait whether to wait for the first event, or a {@link #wakeUp}
   * @return whether there was anything
   */
  boolean poll(boolean wait);

  /** Ends the wait of the thread that polls; if there is none, the next wait ends at once. */
  void wakeUp();
}
