package io.weft.bench.soak;

import io.weft.gen.Restart;
import io.weft.node.ExitReason;
import io.weft.term.Pid;
import org.jspecify.annotations.Nullable;

/**
 * The place of a worker in one life of its house: whether it is served, and whether it has to be.
 *
 * <p>Each start must follow an end, so there is never a restart without a death, nor two lives at
 * once. What must come back notes since when it is awaited.
 */
final class Place {
  final House house;
  final int index;
  final Restart restart;

  private @Nullable Pid pid;
  private @Nullable ExitReason last;
  private boolean begun;
  private boolean asked;
  private long awaitedSince;

  Place(House house, int index, Restart restart) {
    this.house = house;
    this.index = index;
    this.restart = restart;
  }

  /** A worker has started here. */
  synchronized void begins(Pid worker) {
    house.ledger.starts.incrementAndGet();
    house.ledger.alive.incrementAndGet();
    if (pid != null) {
      house.ledger.violation("two lives at once: " + this + " and " + worker);
    } else if (begun && restart == Restart.TEMPORARY && !asked) {
      house.ledger.violation("a temporary worker was restarted: " + this);
    }
    begun = true;
    awaitedSince = 0;
    pid = worker;
  }

  /** The worker here has ended. */
  synchronized void ends(Pid worker, ExitReason reason) {
    house.ledger.ends.incrementAndGet();
    house.ledger.alive.decrementAndGet();
    if (!worker.equals(pid)) {
      house.ledger.violation("an end without a start: " + this + ", " + worker);
    }
    pid = null;
    last = reason;
    boolean comesBack =
        switch (restart) {
          case PERMANENT -> true;
          case TRANSIENT -> !reason.isOrderly();
          case TEMPORARY -> false;
        };
    awaitedSince = comesBack ? System.nanoTime() | 1 : 0;
  }

  synchronized boolean isLost(long now, long patience) {
    return pid == null && awaitedSince != 0 && house.isPresent() && now - awaitedSince > patience;
  }

  synchronized boolean isAlive() {
    return pid != null;
  }

  synchronized @Nullable Pid pid() {
    return pid;
  }

  /** Whether its supervisor is not going to start it again, and somebody has to ask for it. */
  synchronized boolean wantsRequest() {
    return begun && pid == null && awaitedSince == 0 && !asked;
  }

  /** Somebody asks for it, or has got an answer. */
  synchronized void asked(boolean under) {
    asked = under;
  }

  @Override
  public synchronized String toString() {
    return house.name
        + "/"
        + index
        + " ("
        + restart
        + ", "
        + (pid == null ? "ended " + (last == null ? "never" : last.brief()) : pid)
        + ")";
  }
}
