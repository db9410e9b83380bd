package io.weft.gen;

import io.weft.node.ExitReason;

/** What came of a request to an {@link EventManager} that is about one handler. */
public sealed interface HandlerResult<R> {
  /** It was done. */
  record Ok<R>(R value) implements HandlerResult<R> {}

  /** There is no such handler: {@code bad_module}, {@code module_not_found}. */
  record Unknown<R>() implements HandlerResult<R> {}

  /** The handler failed, and is not there: it was removed, or not added. */
  record Failed<R>(ExitReason reason) implements HandlerResult<R> {}

  /**
   * Returns the value.
   *
   * @throws IllegalStateException if there is none
   */
  default R orThrow() {
    if (this instanceof Ok<R>(R value)) {
      return value;
    }
    throw new IllegalStateException("the event handler did not answer: " + this);
  }
}
