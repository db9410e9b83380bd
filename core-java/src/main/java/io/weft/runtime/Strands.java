package io.weft.runtime;

/**
 * Runs code that may block, beside the carriers: a thread of its own for each straight-line body.
 *
 * <p>A strand waits only in {@link Strand#await} as far as the runtime is concerned; what else its
 * code blocks on is its own affair.
 */
public interface Strands {
  /** Starts a thread that runs {@code body}. Callable from any thread. */
  Strand start(String name, Runnable body);

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
