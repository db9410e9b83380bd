package io.weft.testkit;

import io.weft.runtime.Scheduler;
import io.weft.runtime.Strands;
import java.util.concurrent.Semaphore;

/**
 * Strands that run one at a time: a strand that may go on is a turn of the scheduler, which hands
 * it a baton and waits until it gives it back by waiting or ending. What a strand blocks on besides
 * its own {@link Strand#await} blocks the simulation.
 */
final class BatonStrands implements Strands {
  private final Scheduler scheduler;

  BatonStrands(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public Strand start(String name, Runnable body) {
    var runner = new Runner();
    runner.thread =
        Thread.ofVirtual()
            .name(name)
            .start(() -> {
              runner.mine.acquireUninterruptibly();
              try {
                body.run();
              } finally {
                runner.over = true;
                runner.theirs.release();
              }
            });
    scheduler.execute(runner::grant);
    return runner;
  }

  private final class Runner implements Strand {
    final Semaphore mine = new Semaphore(0);
    final Semaphore theirs = new Semaphore(0);
    volatile Thread thread = Thread.currentThread();
    volatile boolean over;
    private boolean waiting;
    private boolean resumed;

    /** Lets the strand run until it waits again. On the thread of the simulation. */
    void grant() {
      if (!over) {
        mine.release();
        theirs.acquireUninterruptibly();
      }
    }

    @Override
    public void await() {
      synchronized (this) {
        if (resumed) {
          resumed = false;
          return;
        }
        waiting = true;
      }
      theirs.release();
      mine.acquireUninterruptibly();
    }

    @Override
    public void resume() {
      synchronized (this) {
        if (!waiting) {
          resumed = true;
          return;
        }
        waiting = false;
      }
      scheduler.execute(this::grant);
    }

    @Override
    public void interrupt() {
      thread.interrupt();
    }
  }
}
