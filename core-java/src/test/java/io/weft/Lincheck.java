package io.weft;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Runs a Lincheck test: random programs of two or three threads on one object, each in many
 * interleavings, must give what some order of their operations one after the other gives.
 *
 * <p>The short form belongs to the normal suite; with {@code -Dweft.proof=long} there are many more
 * programs and interleavings, and the threads also run freely, as the machine lets them.
 */
public final class Lincheck {
  private static final boolean LONG = "long".equals(System.getProperty("weft.proof"));

  private Lincheck() {}

  /**
   * @param test has the operations
   * @param model the same operations on something simple
   */
  public static void check(Class<?> test, Class<?> model) {
    checkInterleavings(test, model);
    if (LONG) {
      new ModelCheckingOptions()
          .iterations(50)
          .invocationsPerIteration(3_000)
          .threads(3)
          .actorsPerThread(3)
          .sequentialSpecification(model)
          .check(test);
      new StressOptions()
          .iterations(50)
          .invocationsPerIteration(2_000)
          .threads(3)
          .actorsPerThread(3)
          .sequentialSpecification(model)
          .check(test);
    }
  }

  /** The same without free running threads: for what relies on more than the memory model. */
  public static void checkInterleavings(Class<?> test, Class<?> model) {
    new ModelCheckingOptions()
        .iterations(LONG ? 100 : 5)
        .invocationsPerIteration(LONG ? 3_000 : 80)
        .threads(2)
        .actorsPerThread(4)
        .actorsBefore(2)
        .actorsAfter(2)
        .sequentialSpecification(model)
        .check(test);
  }
}
