package io.weft.gen;

/** One subscription of a process to an {@link Event}; it ends with the process too. */
@FunctionalInterface
public interface Subscription {
  /** Ends it. Notices that lie in the mailbox already still come. Any thread; idempotent. */
  void cancel();
}
