package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Self;
import io.weft.node.Started;
import io.weft.runtime.Timers;
import io.weft.term.Pid;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One place of a pool: its process, which is started again whenever it ends, and the {@link
 * PoolWork} it has. One that keeps ending soon is given longer and longer pauses.
 */
final class PoolWorker<M> {
  private static final Duration SHORT_LIFE = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Told what becomes of a worker. */
  interface Owner<M> {
    Self<M> self();

    /** Returns what workers are started from now. */
    Blueprint<M> blueprint();

    /** Whether a step may be taken now; if not, it is taken later. */
    boolean mayNow(Runnable step);

    /** The first start came to an end; null for well. */
    void started(PoolWorker<M> worker, @Nullable ExitReason failure);

    /** Some of its work is done. */
    void worked(PoolWorker<M> worker);
  }

  final int number;
  private final Owner<M> owner;
  private final PoolWork<M> work;
  private @Nullable Address<M> address;
  private @Nullable Blueprint<M> code;
  private @Nullable Pid pid;
  private Timers.@Nullable Timer restart;
  private boolean serving;
  private boolean everServed;
  private long startedAt;
  private int failures;

  PoolWorker(int number, Owner<M> owner) {
    this.number = number;
    this.owner = owner;
    this.work = new PoolWork<>(owner.self(), () -> owner.worked(this));
  }

  // --- life
  // ---------------------------------------------------------------------------------------

  void start() {
    if (!owner.mayNow(this::start)) {
      return;
    }
    restart = null;
    startedAt = now();
    code = owner.blueprint();
    Address<M> process = owner.self().startLink(code, this::onStarted);
    address = process;
    work.goesTo(process);
    pid = process.pid();
  }

  private void onStarted(Started<M> outcome) {
    boolean first = !everServed;
    switch (outcome) {
      case Started.Ok<M> _ -> {
        serving = true;
        everServed = true;
        if (first) {
          owner.started(this, null);
        }
      }
      case Started.Ignored<M> _ -> {
        if (first) {
          owner.started(this, ExitReason.NORMAL);
        }
      }
      case Started.Failed<M> failed -> {
        if (first) {
          owner.started(this, failed.reason());
        }
      }
    }
  }

  /** Its process has ended, and is to be started again. */
  void restart() {
    boolean lived = serving && now() - startedAt >= SHORT_LIFE.toNanos();
    failures = lived ? 0 : failures + 1;
    gone();
    Duration pause = pause();
    if (pause.isZero()) {
      start();
    } else {
      restart = owner.self().after(pause, this::start);
    }
  }

  private Duration pause() {
    if (failures <= 1) {
      return Duration.ZERO;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 2, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /** Its process has ended. */
  void gone() {
    address = null;
    pid = null;
    serving = false;
    work.lost();
  }

  boolean hasServed() {
    return everServed;
  }

  boolean is(Pid other) {
    return other.equals(pid);
  }

  @Nullable Address<M> address() {
    return address;
  }

  boolean hasOtherCode() {
    return code != owner.blueprint();
  }

  /** It has the code that workers are to have, if it is one of these. */
  void changedIfAmong(Set<Pid> changed) {
    if (pid != null && changed.contains(pid)) {
      code = owner.blueprint();
    }
  }

  @Nullable Pid pid() {
    return pid;
  }

  void cancelRestart() {
    if (restart != null) {
      restart.cancel();
      restart = null;
    }
  }

  private long now() {
    return owner.self().node().seams().clock().nanoTime();
  }

  // --- work
  // ---------------------------------------------------------------------------------------

  /** Tells whether there is a process to give work to: one that serves, or starts to. */
  boolean isPresent() {
    return address != null;
  }

  boolean isServing() {
    return serving;
  }

  int outstanding() {
    return work.outstanding();
  }

  void tell(M message) {
    work.tell(message);
  }

  void call(M request, From from) {
    work.call(request, from);
  }
}
