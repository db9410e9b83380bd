package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of a {@link Pool}. */
final class PoolBody<M> implements Behavior<M>, PoolWorker.Owner<M> {
  private static final Duration SHUTDOWN = Duration.ofSeconds(5);

  private final Pool<M> pool;
  private final List<PoolWorker<M>> workers = new ArrayList<>();
  private final List<PoolWorker<M>> retiring = new ArrayList<>();
  private final PoolRouter<M> router;
  private @Nullable Self<M> self;
  private int awaited;
  private long overloads;
  private long restarts;
  private @Nullable ExitReason stopping;
  private Timers.@Nullable Timer kill;

  PoolBody(Pool<M> pool) {
    this.pool = pool;
    this.router = new PoolRouter<>(pool.routing, pool.limitPerWorker);
  }

  @Override
  public Self<M> self() {
    if (self == null) {
      throw new IllegalStateException("the pool has not started");
    }
    return self;
  }

  // --- life
  // ---------------------------------------------------------------------------------------

  @Override
  public void start(Self<M> self) {
    this.self = self;
    self.holdStart();
    awaited = pool.workers;
    grow(pool.workers);
  }

  private void grow(int count) {
    while (workers.size() < count) {
      var worker = new PoolWorker<>(workers.size(), pool, this);
      workers.add(worker);
      worker.start();
    }
  }

  @Override
  public void started(PoolWorker<M> worker, @Nullable ExitReason failure) {
    if (awaited > 0) {
      if (failure != null) {
        stop(failedToStart(worker, failure));
      } else {
        awaited--;
        if (awaited == 0) {
          self().releaseStart();
        }
      }
    }
  }

  private ExitReason failedToStart(PoolWorker<M> worker, ExitReason reason) {
    return ExitReason.of(
        Tuple.of(
            ExitReason.SHUTDOWN.term(),
            Tuple.of(
                Atom.of("failed_to_start_child"),
                Terms.binary(pool.worker.label() + " " + worker.number),
                reason.term())));
  }

  @Override
  public void info(Self<M> self, Info info) throws Exception {
    switch (info) {
      case Info.Exit exit when exit.from().equals(self.parent()) -> stop(exit.reason());
      case Info.Exit exit -> ended(exit.from(), exit.reason());
      case Info.Down _ -> {}
      case Info.Unknown unknown -> Behavior.super.info(self, unknown);
    }
  }

  private void ended(Pid pid, ExitReason reason) {
    for (PoolWorker<M> worker : retiring) {
      if (worker.is(pid)) {
        retiring.remove(worker);
        worker.gone();
        finishIfDone();
        return;
      }
    }
    for (PoolWorker<M> worker : workers) {
      if (worker.is(pid)) {
        lost(worker, reason);
        return;
      }
    }
  }

  private void lost(PoolWorker<M> worker, ExitReason reason) {
    if (stopping != null) {
      worker.gone();
      finishIfDone();
    } else if (awaited == 0 || worker.hasServed()) {
      self().warn("worker {} ended: {}", worker.number, reason.brief());
      restarts++;
      worker.restart();
    } else {
      worker.gone(); // it did not start, which its outcome tells
    }
  }

  private void stop(ExitReason reason) {
    if (stopping != null) {
      return;
    }
    stopping = reason;
    workers.forEach(PoolWorker::cancelRestart);
    exitAll(ExitReason.SHUTDOWN);
    kill = self().after(SHUTDOWN, () -> exitAll(ExitReason.KILL));
    finishIfDone();
  }

  private void exitAll(ExitReason reason) {
    workers.forEach(worker -> exit(worker, reason));
    retiring.forEach(worker -> exit(worker, reason));
  }

  private void exit(PoolWorker<M> worker, ExitReason reason) {
    Pid pid = worker.pid();
    if (pid != null) {
      self().exit(pid, reason);
    }
  }

  private void finishIfDone() {
    if (stopping != null
        && workers.stream().noneMatch(PoolWorker::isPresent)
        && retiring.isEmpty()) {
      if (kill != null) {
        kill.cancel();
      }
      self().stop(stopping);
    }
  }

  // --- work
  // ---------------------------------------------------------------------------------------

  @Override
  public void message(Self<M> self, M message) {
    if (message instanceof Pool.Control control) {
      self.warn("was sent {}, which can only be called", control);
      return;
    }
    PoolWorker<M> worker = choose(message);
    if (worker == null) {
      overloads++;
      pool.onOverload.accept(message);
    } else {
      worker.tell(message);
    }
  }

  @Override
  public void call(Self<M> self, M request, From from) {
    if (request instanceof Pool.Control control) {
      from.reply(answer(control));
      return;
    }
    PoolWorker<M> worker = choose(request);
    if (worker == null) {
      overloads++;
      from.fail(Pool.OVERLOAD);
    } else {
      worker.call(request, from);
    }
  }

  private @Nullable PoolWorker<M> choose(M message) {
    if (stopping != null || pool.limit != Integer.MAX_VALUE && outstanding() >= pool.limit) {
      return null;
    }
    return router.choose(workers, message);
  }

  @Override
  public void worked(PoolWorker<M> worker) {
    if (retiring.contains(worker) && worker.outstanding() == 0) {
      exit(worker, ExitReason.SHUTDOWN);
    }
  }

  // --- control
  // ------------------------------------------------------------------------------------

  private Pool.Status answer(Pool.Control control) {
    if (control instanceof Pool.Resize(int count) && stopping == null) {
      grow(count);
      while (workers.size() > count) {
        retire(workers.removeLast());
      }
    }
    return status();
  }

  private void retire(PoolWorker<M> worker) {
    worker.cancelRestart();
    if (worker.isPresent()) {
      retiring.add(worker);
      worked(worker);
    }
  }

  private int outstanding() {
    int sum = 0;
    for (PoolWorker<M> worker : workers) {
      sum += worker.outstanding();
    }
    for (PoolWorker<M> worker : retiring) {
      sum += worker.outstanding();
    }
    return sum;
  }

  private Pool.Status status() {
    int serving = (int) workers.stream().filter(PoolWorker::isServing).count();
    return new Pool.Status(
        workers.size(), serving, retiring.size(), outstanding(), overloads, restarts);
  }

  @Override
  public Object state(Self<M> self) {
    return status();
  }
}
