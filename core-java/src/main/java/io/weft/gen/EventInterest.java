package io.weft.gen;

/**
 * Whether anybody listens to an event: written by its broker, read by the producer before each
 * message, from any thread.
 */
final class EventInterest {
  private final boolean buffered;
  private volatile boolean subscribed;
  private volatile boolean ended;

  EventInterest(boolean buffered) {
    this.buffered = buffered;
  }

  boolean isHeard() {
    return (subscribed || buffered) && !ended;
  }

  boolean isSubscribed() {
    return subscribed;
  }

  void subscribed(boolean any) {
    subscribed = any;
  }

  /** Returns false if it had ended before. */
  boolean end() {
    boolean before = ended;
    ended = true;
    return !before;
  }
}
