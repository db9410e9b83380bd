package io.weft.node;

/**
 * A body that receives when it likes, as a {@link StraightLineBody} does, but instead of blocking a
 * thread tells how to go on: what coroutines and other ways of suspending are built upon. All of it
 * runs in turns of its process and must not block.
 *
 * @param <M> the protocol of the process
 */
public interface StepwiseBody<M> {
  /** Begins. The process ends by {@link Self#stop}, or with a failure that escapes a step. */
  void start(Self<M> self, Receiver<M> receiver) throws Exception;

  /** As {@link Behavior#terminate}. */
  default void terminate(Self<M> self, ExitReason reason) throws Exception {}

  /** As {@link Behavior#ended}; what was waited for does not come any more. */
  default void ended(Self<M> self, ExitReason reason) throws Exception {}
}
