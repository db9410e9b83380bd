package io.weft.testkit;

import io.weft.runtime.Scheduler;
import io.weft.runtime.Strands;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

  /** A strand that goes on waiting when it is told to end is left where it waits. */
  private static final int MOST_WAITS_AT_THE_END = 100;

  private final Scheduler scheduler;
  private final BooleanSupplier goOn;
  private final Set<Runner> strands = new LinkedHashSet<>();
  private boolean ended;

  /** Thrown where a strand waits that nobody will resume. */
  private static final class EndedError extends Error {
    private static final long serialVersionUID = 1L;

    EndedError() {
      super("the simulated process is gone", null, false, false);
    }
  }

  /**
   * @param goOn lets the simulation take one step, or else time go by; false if there is nothing
   */
  BatonStrands(Scheduler scheduler, BooleanSupplier goOn) {
    this.scheduler = scheduler;
    this.goOn = goOn;
  }

  /**
   * Ends all strands, one after the other: whatever they wait for fails. On the thread of the
   * simulation.
   */
  void end() {
    ended = true;
    for (Runner runner : List.copyOf(strands)) {
      for (int i = 0; i < MOST_WAITS_AT_THE_END && !runner.over; i++) {
        runner.grant();
      }
    }
    strands.clear();
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
                if (!ended) {
                  body.run();
                }
              } catch (EndedError _) {
                // it was to end
              } finally {
                runner.over = true;
                strands.remove(runner);
                runner.theirs.release();
              }
            });
    strands.add(runner);
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
    private boolean awaiting;
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
      if (ended) {
        throw new EndedError();
      }
      synchronized (this) {
        if (resumed) {
          resumed = false;
          return;
        }
        awaiting = true;
      }
      theirs.release();
      mine.acquireUninterruptibly();
      if (ended) {
        throw new EndedError();
      }
    }

    @Override
    public void resume() {
      synchronized (this) {
        if (!awaiting) {
          resumed = true;
          return;
        }
        awaiting = false;
      }
      scheduler.execute(this::grant);
    }

    @Override
    public void interrupt() {
      thread.interrupt();
    }
  }
}
