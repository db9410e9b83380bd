package io.weft.testkit;

import io.weft.runtime.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Runs one turn after the other on the thread that asks for it. Which of those that are ready comes
 * next is drawn at random, so that each seed is another interleaving.
 */
final class RandomScheduler implements Scheduler {
  private final RandomGenerator random;
  private final List<Runnable> ready = new ArrayList<>();
  private boolean running;

  RandomScheduler(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public synchronized void execute(Runnable turn) {
    ready.add(turn);
  }

  /** Runs one turn; false if none is ready. */
  boolean step() {
    Runnable turn = next();
    if (turn == null) {
      return false;
    }
    running = true;
    try {
      turn.run();
    } finally {
      running = false;
    }
    return true;
  }

  private synchronized @org.jspecify.annotations.Nullable Runnable next() {
    if (ready.isEmpty()) {
      return null;
    }
    int chosen = random.nextInt(ready.size());
    Runnable turn = ready.get(chosen);
    ready.set(chosen, ready.getLast());
    ready.removeLast();
    return turn;
  }

  @Override
  public boolean isCarrier() {
    return running;
  }

  @Override
  public int parallelism() {
    return 1;
  }

  @Override
  public void close() {}
}
