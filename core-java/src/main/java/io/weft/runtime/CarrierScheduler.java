package io.weft.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed set of carrier threads that share the turns of all processes.
 *
 * <h2>Where a turn goes</h2>
 *
 * A turn that another turn makes ready goes to the <em>next slot</em> of its carrier and runs when
 * the present turn is over: two processes that talk stay on one core, and what one wrote the other
 * finds in the cache. What was in the slot before moves to the end of the carrier's {@link
 * RunQueue}. A process that used up its turn goes there at once. A turn from any other thread goes
 * to the {@link SharedQueue}, as does half of a run queue that overflows.
 *
 * <p>A carrier runs, in this order: what is urgent; its next slot; its run queue; a share of the
 * shared queue; half of another carrier's run queue; what may wait. Two rules keep it fair: the
 * next slot wins at most {@code MAX_STREAK} times in a row while the run queue has something, and
 * every {@code FAIRNESS} turns the shared queue or what may wait comes first, by turns.
 *
 * <h2>Parking</h2>
 *
 * A carrier without work searches, announces itself parked, looks once more, and sleeps. Whoever
 * adds a turn looks for a parked carrier after adding it. For turns from outside both sides have a
 * full fence between their write and their read, so at least one of them sees the other. Who wakes
 * a carrier claims it first, so that a carrier counts as searching only when it will. A carrier
 * that adds to its own run queue has no such fence: it will run the turn itself, and what may be
 * lost is only help, until the {@link Watchdog} looks. At most one carrier searches after a
 * wake-up, and wakes the next when it has found something; so a burst does not wake all for one
 * turn.
 *
 * <h2>Long turns</h2>
 *
 * Nobody steals a next slot in passing: that would tear talking pairs apart. When a turn takes
 * long, the {@link Watchdog} moves the slot behind it to where others find it, and reports the turn
 * if it goes on.
 */
final class CarrierScheduler implements Scheduler {
  private static final Logger log = LoggerFactory.getLogger(CarrierScheduler.class);

  private final Carrier[] carriers;
  private final SharedQueue shared = new SharedQueue();
  private final SharedQueue urgent = new SharedQueue();
  private final SharedQueue background = new SharedQueue();
  private final AtomicInteger parkedCarriers = new AtomicInteger();
  private final AtomicInteger searching = new AtomicInteger();
  private final PollingRole polling = new PollingRole();
  private final Watchdog watchdog;
  private volatile boolean closed;

  /**
   * @param stuckAfter a turn that takes this long is reported
   */
  CarrierScheduler(int parallelism, Duration stuckAfter) {
    this(parallelism, stuckAfter, Watchdog::log);
  }

  CarrierScheduler(int parallelism, Duration stuckAfter, Watchdog.StuckTurns stuckTurns) {
    carriers = new Carrier[parallelism];
    for (int i = 0; i < parallelism; i++) {
      carriers[i] = new Carrier.Padded(this, i);
    }
    watchdog = new Watchdog(this, carriers, stuckAfter, stuckTurns);
    for (Carrier carrier : carriers) {
      carrier.start();
    }
    watchdog.start();
  }

  // --- from any thread ---------------------------------------------------------------------------

  @Override
  public void execute(Runnable turn) {
    if (Thread.currentThread() instanceof Carrier carrier && carrier.scheduler() == this) {
      carrier.runNext(turn);
    } else {
      share(shared, turn);
    }
  }

  @Override
  public void executeLater(Runnable turn) {
    if (Thread.currentThread() instanceof Carrier carrier && carrier.scheduler() == this) {
      carrier.enqueue(turn);
    } else {
      share(shared, turn);
    }
  }

  @Override
  public void execute(Runnable turn, Urgency urgency) {
    switch (urgency) {
      case NORMAL -> execute(turn);
      case HIGH -> share(urgent, turn);
      case LOW -> share(background, turn);
    }
  }

  private void share(SharedQueue queue, Runnable turn) {
    queue.add(turn); // the lock and the volatile size make the fence
    wakeOne();
  }

  @Override
  public boolean attach(Poller poller) {
    boolean attached = polling.attach(poller);
    if (attached) {
      wakeOne(); // to sleep there from now on
    }
    return attached;
  }

  @Override
  public void detach(Poller poller) {
    polling.detach(poller);
    poller.wakeUp();
  }

  @Override
  public boolean isCarrier() {
    return Thread.currentThread() instanceof Carrier carrier && carrier.scheduler() == this;
  }

  @Override
  public int parallelism() {
    return carriers.length;
  }

  @Override
  public CarrierStatistics statistics() {
    return new CarrierStatistics(
        Arrays.stream(carriers).map(Carrier::state).toList(),
        urgent.size() + shared.size() + background.size());
  }

  @Override
  public void close() {
    closed = true;
    watchdog.close();
    for (Carrier carrier : carriers) {
      carrier.wake();
    }
    polling.wakeUp(); // nobody was claimed, so the one that polls may not have been seen
  }

  /** Makes what a stuck carrier would run next available to the others. */
  void share(Runnable turn) {
    share(shared, turn);
  }

  // --- waking ------------------------------------------------------------------------------------

  /** Work was added that its own carrier may be slow to reach. */
  void wakeForMore() {
    if (parkedCarriers.getOpaque() > 0 && searching.getOpaque() == 0) {
      wakeOne();
    }
  }

  void wakeOne() {
    while (parkedCarriers.get() > 0 && searching.get() == 0 && searching.compareAndSet(0, 1)) {
      if (wakeAny()) {
        return;
      }
      // nobody will search; who added meanwhile relied on it, and so may one that parks since
      searching.set(0);
      if (!isAnyParked() || hasNothing()) {
        return;
      }
    }
  }

  /** Wakes one that sleeps for certain: it will search, whatever becomes of the caller. */
  private boolean wakeAny() {
    for (Carrier carrier : carriers) {
      if (carrier.claim()) {
        carrier.wake();
        return true;
      }
    }
    return false;
  }

  private boolean isAnyParked() {
    for (Carrier carrier : carriers) {
      if (carrier.isParked()) {
        return true;
      }
    }
    return false;
  }

  // --- for the carriers --------------------------------------------------------------------------

  /** Looks everywhere; parks, and looks again, until there is something or the scheduler closes. */
  @Nullable Runnable search(Carrier carrier) {
    searching.incrementAndGet();
    while (!closed) {
      Runnable turn = carrier.steal(carriers);
      if (turn == null) {
        turn = anyShared();
      }
      if (turn != null) {
        found();
        return turn;
      }
      parkedCarriers.incrementAndGet();
      searching.set(0);
      carrier.park();
      parkedCarriers.decrementAndGet();
      searching.set(1);
      watchdog.attend();
      turn = carrier.takeOwn();
      if (turn != null) {
        found();
        return turn;
      }
    }
    return null;
  }

  /** The last searcher leaves: somebody else goes on looking if there is more. */
  private void found() {
    searching.set(0);
    if (!hasNothing()) {
      wakeOne();
    }
  }

  private @Nullable Runnable anyShared() {
    Runnable turn = urgent.poll();
    if (turn == null) {
      turn = shared.poll();
    }
    return turn != null ? turn : background.poll();
  }

  /** Whether there is nothing that a carrier without work could take. */
  boolean hasNothing() {
    if (closed || !urgent.isEmpty() || !shared.isEmpty() || !background.isEmpty()) {
      return false;
    }
    for (Carrier carrier : carriers) {
      if (carrier.hasQueued()) {
        return false;
      }
    }
    return true;
  }

  /** Whether all carriers sleep, one of them where it hears of events. */
  boolean isAtRest() {
    return parkedCarriers.get() == carriers.length && !polling.isVacant();
  }

  /**
   * Wakes a carrier if none has come to look after the poller: the role was with someone else when
   * the last one went to sleep.
   */
  void fillVacancy() {
    if (polling.isVacant()) {
      wakeOne();
    }
  }

  void runGuarded(Runnable turn) {
    try {
      turn.run();
    } catch (Throwable failure) {
      log.error("A turn let a failure escape; the carrier goes on", failure);
    }
  }

  PollingRole polling() {
    return polling;
  }

  SharedQueue shared() {
    return shared;
  }

  SharedQueue urgent() {
    return urgent;
  }

  SharedQueue background() {
    return background;
  }

  boolean isClosed() {
    return closed;
  }

  /** Returns its threads, the watchdog last. */
  List<Thread> threads() {
    List<Thread> threads = new ArrayList<>(Arrays.asList(carriers));
    threads.add(watchdog);
    return threads;
  }
}
