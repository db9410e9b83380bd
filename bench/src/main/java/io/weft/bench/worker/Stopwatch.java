package io.weft.bench.worker;

import java.util.concurrent.CountDownLatch;

/** Times work that others do. */
public final class Stopwatch {
  private Stopwatch() {}

  /** Returns the nanoseconds from the beginning of {@code start} until all are done. */
  public static long until(CountDownLatch done, Runnable start) throws InterruptedException {
    long before = System.nanoTime();
    start.run();
    done.await();
    return System.nanoTime() - before;
  }
}
