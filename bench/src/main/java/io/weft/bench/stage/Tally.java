package io.weft.bench.stage;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** What the consumers of one run have counted; each tells it once. */
public final class Tally {
  private final AtomicLong sum = new AtomicLong();
  private final CountDownLatch done;

  public Tally(int consumers) {
    done = new CountDownLatch(consumers);
  }

  /** Adds what a consumer has summed up, all its events. */
  public void add(long part) {
    sum.addAndGet(part);
    done.countDown();
  }

  /** Comes down when all consumers are done. */
  public CountDownLatch done() {
    return done;
  }

  /** Returns what has been added. */
  public long sum() {
    return sum.get();
  }
}
