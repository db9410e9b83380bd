package io.weft.testkit;

import java.util.function.LongConsumer;

/**
 * Runs a check for many seeds, and tells how to repeat one that fails. {@code -Dweft.seeds=N} sets
 * how many, {@code -Dweft.seed=S} runs one only.
 */
final class Seeds {
  private static final int DEFAULT_COUNT = 500;

  private Seeds() {}

  static void forEach(Class<?> test, LongConsumer check) {
    forEach(test, DEFAULT_COUNT, check);
  }

  /** Runs it for {@code usual} seeds unless another number is asked for. */
  static void forEach(Class<?> test, int usual, LongConsumer check) {
    Long one = Long.getLong("weft.seed");
    int count = one != null ? 1 : Integer.getInteger("weft.seeds", usual);
    for (int i = 0; i < count; i++) {
      long seed = one != null ? one : i;
      try {
        check.accept(seed);
      } catch (Throwable failure) {
        throw new AssertionError(
            "seed "
                + seed
                + " fails; repeat it with: mvn -pl testkit -am test -DrequireTests=false -Dtest="
                + test.getSimpleName()
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dweft.seed="
                + seed,
            failure);
      }
    }
  }
}
