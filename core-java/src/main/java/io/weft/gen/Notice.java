package io.weft.gen;

import io.weft.node.ExitReason;

/** What a subscriber of an {@link Event} hears. */
public sealed interface Notice<E> {
  /** A message was published. */
  record Published<E>(E message) implements Notice<E> {}

  /**
   * Nothing more will be published. The last notice of a subscription, unless the subscriber
   * cancelled it.
   *
   * @param reason {@code normal} if the event was unregistered, {@code noproc} if nobody produces
   *     it, else what its producer ended with or {@code noconnection}
   */
  record Ended<E>(ExitReason reason) implements Notice<E> {}
}
