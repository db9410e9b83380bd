package io.weft.gen;

/**
 * A reply owed to a caller. May be kept and sent later, from any thread, once; what is sent after
 * the caller gave up is dropped.
 *
 * @param <R> the type of the reply
 */
@FunctionalInterface
public interface Reply<R> {
  /** Answers the call. */
  void send(R value);
}
