package io.weft.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a {@link CarrierScheduler}: what it runs next, and where it looks when it has
 * nothing. The rules are told there.
 */
abstract class Carrier extends TurnThread {
  /** How many turns in a row may jump the run queue through the next slot while others wait. */
  private static final int MAX_STREAK = 16;

  /** Every so many turns those that everybody else passes get their chance. */
  private static final int FAIRNESS = 64;

  private static final VarHandle PARKED =
      Access.field(MethodHandles.lookup(), "parked", boolean.class);
  private static final VarHandle TURNS = Access.field(MethodHandles.lookup(), "turns", long.class);

  private final CarrierScheduler scheduler;
  private final int index;
  private final RunQueue queue = new RunQueue.Padded();
  private final NextSlot next = new NextSlot.Padded();

  private int streak;

  @SuppressWarnings("unused") // through TURNS
  private long turns;

  /** Whether it sleeps, or is about to, and nobody has claimed it yet. */
  private volatile boolean parked;

  /** Whether it sleeps in the poller. Written before {@link #parked}. */
  private boolean polling;

  Carrier(CarrierScheduler scheduler, int index) {
    super("weft-carrier-" + index);
    this.scheduler = scheduler;
    this.index = index;
    setDaemon(true);
  }

  CarrierScheduler scheduler() {
    return scheduler;
  }

  // --- this carrier ------------------------------------------------------------------------------

  /** Runs {@code turn} when the present one is over. This carrier only. */
  void runNext(Runnable turn) {
    Runnable displaced = next.put(turn);
    if (displaced != null) {
      enqueue(displaced);
    }
  }

  /** Runs {@code turn} after those that wait. This carrier only. */
  void enqueue(Runnable turn) {
    if (!queue.offer(turn)) {
      scheduler.shared().addHalfOf(queue, turn);
    }
    scheduler.wakeForMore();
  }

  @Override
  public void run() {
    while (!scheduler.isClosed()) {
      Runnable turn = nextTurn();
      if (turn == null) {
        turn = scheduler.search(this);
      }
      if (turn != null) {
        TURNS.setOpaque(this, (long) TURNS.get(this) + 1);
        scheduler.runGuarded(turn);
      }
    }
  }

  private @Nullable Runnable nextTurn() {
    Runnable turn = scheduler.urgent().poll();
    if (turn == null && (long) TURNS.get(this) % FAIRNESS == 0) {
      scheduler.polling().lookAgain();
      turn = passedOver();
    }
    if (turn == null && queue.isEmpty()) {
      streak = 0;
      turn = next.take();
    } else if (turn == null && streak < MAX_STREAK) {
      streak++;
      turn = next.take();
    }
    if (turn == null) {
      streak = 0;
      turn = queue.poll();
    }
    return turn != null ? turn : ownLast();
  }

  /** Each of the two comes first in turn: neither starves behind a flood of the other. */
  private @Nullable Runnable passedOver() {
    boolean backgroundFirst = (long) TURNS.get(this) / FAIRNESS % 2 == 0;
    SharedQueue first = backgroundFirst ? scheduler.background() : scheduler.shared();
    SharedQueue second = backgroundFirst ? scheduler.shared() : scheduler.background();
    Runnable turn = first.poll();
    return turn != null ? turn : second.poll();
  }

  private @Nullable Runnable ownLast() {
    Runnable turn = next.take();
    if (turn == null) {
      turn = scheduler.shared().pollShare(queue, scheduler.parallelism());
    }
    return turn != null ? turn : scheduler.background().poll();
  }

  /** Looks through the queues of the others. */
  @Nullable Runnable steal(Carrier[] carriers) {
    for (int i = 1; i < carriers.length; i++) {
      Carrier victim = carriers[(index + i) % carriers.length];
      Runnable turn = victim.queue.stealInto(queue);
      if (turn != null) {
        return turn;
      }
    }
    return null;
  }

  /** Takes what its own poll has brought. */
  @Nullable Runnable takeOwn() {
    Runnable turn = next.take();
    return turn != null ? turn : queue.poll();
  }

  /**
   * Sleeps until {@link #wake}, unless there is something to do after all. The one that gets the
   * role of polling sleeps there, and wakes also for what happens outside.
   */
  void park() {
    polling = scheduler.polling().take();
    parked = true;
    if (scheduler.hasNothing()) {
      if (polling) {
        scheduler.polling().await(this);
      } else {
        LockSupport.park(scheduler);
      }
      Thread.interrupted(); // a stray interrupt must not turn parking into spinning
    }
    parked = false;
    if (polling) {
      polling = false;
      scheduler.polling().release();
    }
  }

  // --- any thread --------------------------------------------------------------------------------

  boolean isParked() {
    return parked;
  }

  /** Whether there is no reason yet to end a sleep. */
  boolean maySleep() {
    return parked && !scheduler.isClosed();
  }

  /** Lets the caller, and nobody else, wake this carrier; false if it does not sleep. */
  boolean claim() {
    return parked && PARKED.compareAndSet(this, true, false);
  }

  void wake() {
    if (polling) {
      scheduler.polling().wakeUp();
    } else {
      LockSupport.unpark(this);
    }
  }

  boolean hasQueued() {
    return !queue.isEmpty();
  }

  CarrierStatistics.CarrierState state() {
    return new CarrierStatistics.CarrierState(threadId(), parked, queue.size(), turns());
  }

  /** Returns how many turns it has begun. */
  long turns() {
    return (long) TURNS.getOpaque(this);
  }

  /**
   * Takes what was to run next: for the watchdog, when the present turn takes so long that another
   * carrier should do it.
   */
  @Nullable Runnable stealNext() {
    return next.steal(this::getStackTrace); // is taken with this thread at rest
  }

  /** Keeps whatever comes next in memory off the lines of these fields. */
  static final class Padded extends Carrier {
    @SuppressWarnings("unused")
    long after0,
        after1,
        after2,
        after3,
        after4,
        after5,
        after6,
        after7,
        after8,
        after9,
        after10,
        after11,
        after12,
        after13,
        after14,
        after15;

    Padded(CarrierScheduler scheduler, int index) {
      super(scheduler, index);
    }
  }
}
