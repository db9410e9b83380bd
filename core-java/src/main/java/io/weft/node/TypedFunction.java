package io.weft.node;

/**
 * A {@link ValueFunction} whose arguments and value are objects of a protocol: the codec it is
 * provided with makes the request of {@code {Module, Function, Arguments}}, and a term of the
 * value.
 *
 * @param <M> the protocol
 */
@FunctionalInterface
public interface TypedFunction<M> {
  /** Returns the reply to {@code request}; fails as a {@link ValueFunction} does. */
  Object apply(M request, FunctionCall call) throws Exception;
}
