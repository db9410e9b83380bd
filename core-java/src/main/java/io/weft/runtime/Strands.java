package io.weft.runtime;

import java.util.concurrent.CompletableFuture;

/**
 * Runs code that may block, beside the carriers: a thread of its own for each straight-line body.
 *
 * <p>A strand waits only in {@link Strand#await} as far as the runtime is concerned; what else its
 * code blocks on is its own affair.
 */
public interface Strands {
  /** Starts a thread that runs {@code body}. Callable from any thread. */
  Strand start(String name, Runnable body);

  /** Returns the calling thread, whichever it is, as one that may wait and be resumed. */
  Strand current();

  /** Blocks the calling thread until {@code done} is, one way or the other. */
  default void await(CompletableFuture<?> done) {
    Strand mine = current();
    var _ = done.whenComplete((_, _) -> mine.resume());
    while (!done.isDone()) {
      mine.await();
    }
  }

  /** Returns strands on virtual threads. */
  static Strands virtual() {
    return new VirtualStrands();
  }

  /** One such thread. */
  interface Strand {
    /**
     * Waits until {@link #resume}; returns at once if that was called since the last wait, and may
     * return without. Called by the strand itself.
     */
    void await();

    /** Lets the strand go on. Any thread. */
    void resume();

    /** Interrupts whatever the strand waits for. Any thread. */
    void interrupt();
  }
}
