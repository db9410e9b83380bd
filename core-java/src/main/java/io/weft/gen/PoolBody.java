package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one life of a {@link Pool} has and does. While it stands still for a code change, what comes
 * waits, and so do restarts.
 */
final class PoolBody<M> implements PoolWorker.Owner<M>, Keeper.Frozen {
  private static final Duration SHUTDOWN = Duration.ofSeconds(5);

  private final Self<M> self;
  private final List<PoolWorker<M>> workers = new ArrayList<>();
  private final List<PoolWorker<M>> retiring = new ArrayList<>();
  private Pool<M> pool;
  private PoolRouter<M> router;

  /** What waits until the pool goes on; null unless it stands still. */
  private @Nullable List<Runnable> waiting;

  private @Nullable Pool<M> before;
  private int awaited;
  private long overloads;
  private long restarts;
  private @Nullable ExitReason stopping;
  private Timers.@Nullable Timer kill;

  PoolBody(Pool<M> pool, Self<M> self) {
    this.pool = pool;
    this.self = self;
    this.router = new PoolRouter<>(pool.routing, pool.limitPerWorker);
  }

  @Override
  public Self<M> self() {
    return self;
  }

  @Override
  public Blueprint<M> blueprint() {
    return pool.worker;
  }

  // --- code change
  // ---------------------------------------------------------------------------------------

  /** Goes on as described otherwise, with the workers it has. */
  void change(Pool<M> to) {
    pool = to;
    router = new PoolRouter<>(to.routing, to.limitPerWorker);
  }

  void freeze() {
    if (waiting == null) {
      waiting = new ArrayList<>();
      before = pool;
    }
  }

  @Override
  public boolean mayNow(Runnable step) {
    return waiting == null || !waiting.add(step);
  }

  @Override
  public List<Keeper.Row<?>> apply(CodeRules rules, CodePlace here) {
    Blueprint<M> to = rules.of(here.child("worker", pool.worker, null), pool.worker);
    if (to != pool.worker) {
      change(pool.worker(to));
    }
    List<Keeper.Row<?>> rows = new ArrayList<>();
    List<PoolWorker<M>> all = new ArrayList<>(workers);
    all.addAll(retiring);
    for (PoolWorker<M> worker : all) {
      Address<M> address = worker.address();
      if (address != null) {
        CodePlace place = here.child("worker" + worker.number, to, worker.pid());
        rows.add(new Keeper.Row<>(place, address, to, worker.hasOtherCode(), false));
      }
    }
    return rows;
  }

  @Override
  public void thaw(@Nullable Set<Pid> changed) {
    List<Runnable> rest = waiting;
    if (rest == null) {
      return;
    }
    waiting = null;
    if (changed == null && before != null) {
      change(before);
    } else if (changed != null) {
      workers.forEach(worker -> worker.changedIfAmong(changed));
    }
    before = null;
    rest.forEach(Runnable::run);
  }

  // --- life
  // ---------------------------------------------------------------------------------------

  void start() {
    self.holdStart();
    awaited = pool.workers;
    grow(pool.workers);
  }

  private void grow(int count) {
    while (workers.size() < count) {
      var worker = new PoolWorker<>(workers.size(), this);
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
          self.releaseStart();
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

  void exit(Info.Exit exit) {
    if (exit.from().equals(self.parent())) {
      stop(exit.reason());
    } else if (mayNow(() -> ended(exit.from(), exit.reason()))) {
      ended(exit.from(), exit.reason());
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
      self.warn("worker {} ended: {}", worker.number, reason.brief());
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
    waiting = null;
    workers.forEach(PoolWorker::cancelRestart);
    exitAll(ExitReason.SHUTDOWN);
    kill = self.after(SHUTDOWN, () -> exitAll(ExitReason.KILL));
    finishIfDone();
  }

  private void exitAll(ExitReason reason) {
    workers.forEach(worker -> exit(worker, reason));
    retiring.forEach(worker -> exit(worker, reason));
  }

  private void exit(PoolWorker<M> worker, ExitReason reason) {
    Pid pid = worker.pid();
    if (pid != null) {
      self.exit(pid, reason);
    }
  }

  private void finishIfDone() {
    if (stopping != null
        && workers.stream().noneMatch(PoolWorker::isPresent)
        && retiring.isEmpty()) {
      if (kill != null) {
        kill.cancel();
      }
      self.stop(stopping);
    }
  }

  // --- work
  // ---------------------------------------------------------------------------------------

  void message(M message) {
    if (!mayNow(() -> message(message))) {
      return;
    }
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

  void call(M request, From from) {
    if (!mayNow(() -> call(request, from))) {
      return;
    }
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

  Pool.Status status() {
    int serving = (int) workers.stream().filter(PoolWorker::isServing).count();
    return new Pool.Status(
        workers.size(), serving, retiring.size(), outstanding(), overloads, restarts);
  }
}
