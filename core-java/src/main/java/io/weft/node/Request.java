package io.weft.node;

/**
 * A message of a protocol that is answered with an {@code R}.
 *
 * <pre>{@code
 * sealed interface Counter {
 *   record Add(long n) implements Counter {}
 *   record Get() implements Counter, Request<Long> {}
 * }
 * }</pre>
 *
 * @param <R> the type of the reply; invariant, so that a handler with another reply type does not
 *     compile
 */
public interface Request<R> {}
