package io.weft.node;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The mailbox of a {@link StepwiseBody}. To be used in turns of its process only, except where it
 * says otherwise.
 *
 * @param <M> the protocol of the process
 */
public interface Receiver<M> {
  /**
   * Waits for the first message that one of the clauses matches, and takes it out of the mailbox.
   * {@code then} gets what the clause does, in a turn after this call has returned, at most once.
   * All other messages stay where they are.
   *
   * @return gives this wait up, if it is not over: at once in a turn of the process, soon if run by
   *     another thread
   * @throws IllegalStateException if it waits already
   */
  <R> Runnable receive(Select<M, R> clauses, Consumer<Supplier<R>> then);
}
