package io.weft.runtime;

/**
 * The source of unpredictable numbers: handshake challenges, creations. Callable from any thread.
 */
@FunctionalInterface
public interface Entropy {
  /** Returns 64 uniformly distributed bits. */
  long nextLong();

  /** Returns 32 uniformly distributed bits. */
  default int nextInt() {
    return (int) (nextLong() >>> 32);
  }
}
