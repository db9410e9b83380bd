package io.weft.runtime;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed set of carrier threads, each with its own run queue; an idle carrier steals from the
 * others.
 *
 * <h2>Where a turn goes</h2>
 *
 * A turn submitted by a carrier goes to that carrier's queue, which keeps talking processes
 * together; a turn from outside goes to the queues in rotation. Queues are first in, first out, so
 * no process overtakes another for ever.
 *
 * <h2>Parking</h2>
 *
 * A carrier that finds no work announces itself idle, looks once more, and parks. A submitter
 * queues its turn, then looks for an idle carrier. Both sides write before they read and all four
 * accesses are volatile, so at least one of them sees the other: no turn is left behind a parked
 * carrier.
 */
final class CarrierScheduler implements Scheduler {
  private static final Logger log = LoggerFactory.getLogger(CarrierScheduler.class);

  private final Carrier[] carriers;
  private final AtomicInteger rotation = new AtomicInteger();
  private volatile boolean closed;

  CarrierScheduler(int parallelism) {
    carriers = new Carrier[parallelism];
    for (int i = 0; i < parallelism; i++) {
      carriers[i] = new Carrier(i);
    }
    for (Carrier carrier : carriers) {
      carrier.start();
    }
  }

  @Override
  public void execute(Runnable turn) {
    if (closed) {
      return;
    }
    Carrier home =
        Thread.currentThread() instanceof Carrier c && c.owner() == this ? c : nextInRotation();
    home.turns.add(turn);
    wakeOne(home);
  }

  @Override
  public boolean isCarrier() {
    return Thread.currentThread() instanceof Carrier c && c.owner() == this;
  }

  @Override
  public void close() {
    closed = true;
    for (Carrier carrier : carriers) {
      LockSupport.unpark(carrier);
    }
  }

  private Carrier nextInRotation() {
    return carriers[Math.floorMod(rotation.getAndIncrement(), carriers.length)];
  }

  /**
   * Wakes the carrier that owns the work if it sleeps, else any sleeping one, which will steal it.
   */
  private void wakeOne(Carrier home) {
    if (home.wake()) {
      return;
    }
    for (Carrier carrier : carriers) {
      if (carrier.wake()) {
        return;
      }
    }
  }

  private final class Carrier extends Thread {
    final ConcurrentLinkedQueue<Runnable> turns = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean idle = new AtomicBoolean();
    private final int index;

    Carrier(int index) {
      super("weft-carrier-" + index);
      this.index = index;
      setDaemon(true);
    }

    CarrierScheduler owner() {
      return CarrierScheduler.this;
    }

    boolean wake() {
      if (idle.get() && idle.compareAndSet(true, false)) {
        LockSupport.unpark(this);
        return true;
      }
      return false;
    }

    @Override
    public void run() {
      while (!closed) {
        Runnable turn = findWork();
        if (turn == null) {
          turn = findWorkOrPark();
        }
        if (turn != null) {
          runGuarded(turn);
        }
      }
    }

    private @Nullable Runnable findWorkOrPark() {
      idle.set(true);
      Runnable turn = findWork();
      while (turn == null && idle.get() && !closed) {
        LockSupport.park(CarrierScheduler.this);
        Thread.interrupted(); // a stray interrupt must not turn parking into spinning
      }
      idle.set(false);
      return turn;
    }

    private @Nullable Runnable findWork() {
      for (int i = 0; i < carriers.length; i++) {
        Runnable turn = carriers[(index + i) % carriers.length].turns.poll();
        if (turn != null) {
          return turn;
        }
      }
      return null;
    }

    private void runGuarded(Runnable turn) {
      try {
        turn.run();
      } catch (Throwable failure) {
        log.error("A turn let a failure escape; the carrier goes on", failure);
      }
    }
  }
}
