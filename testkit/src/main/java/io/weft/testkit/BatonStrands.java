package io.weft.testkit;

import io.weft.runtime.Scheduler;
import io.weft.runtime.Strands;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Strands that run one at a time: a strand that may go on is a turn of the scheduler, which hands
 * it a baton and waits until it gives it back by waiting or ending. What a strand blocks on besides
 * its own {@link Strand#await} blocks the simulation. While the thread of the simulation itself
 * waits, the simulation goes on.
 */
final class BatonStrands implements Strands {
  private static final ThreadLocal<@Nullable Runner> RUNNING = new ThreadLocal<>();

  private final Scheduler scheduler;
  private final BooleanSupplier goOn;

  /**
   * @param goOn lets the simulation take one step, or else time go by; false if there is nothing
   */
  BatonStrands(Scheduler scheduler, BooleanSupplier goOn) {
    this.scheduler = scheduler;
    this.goOn = goOn;
  }

  @Override
  public Strand start(String name, Runnable body) {
    var runner = new Runner();
    runner.thread =
        Thread.ofVirtual()
            .name(name)
            .start(() -> {
              runner.mine.acquireUninterruptibly();
              RUNNING.set(runner);
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

  @Override
  public Strand current() {
    Runner mine = RUNNING.get();
    return mine != null ? mine : new Outside();
  }

  /** The thread of the simulation. */
  private final class Outside implements Strand {
    private final Thread thread = Thread.currentThread();
    private boolean resumed;

    @Override
    public void await() {
      while (!resumed) {
        if (!goOn.getAsBoolean()) {
          throw new IllegalStateException("the simulation waits for what will never be");
        }
      }
      resumed = false;
    }

    @Override
    public void resume() {
      resumed = true;
    }

    @Override
    public void interrupt() {
      thread.interrupt();
    }
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
