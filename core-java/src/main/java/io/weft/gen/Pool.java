package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Several processes of one kind that share the work sent to one address.
 *
 * <pre>{@code
 * Blueprint<Squares> squares = Pool.of("squares", worker)
 *     .workers(8)
 *     .routing(Routing.leastLoaded())
 *     .limitPerWorker(100)
 *     .blueprint();
 * Address<Squares> pool = node.start(squares);
 * long nine = Weft.call(pool, new Squares.Of(3), timeout); // as if it were one worker
 * }</pre>
 *
 * <p>The pool is a process: it speaks the protocol of its workers, also with foreign nodes, and can
 * be a child of a supervisor. Its start is done when all workers serve. Messages of one sender that
 * go to the same worker keep their order.
 *
 * <p>A worker that ends, for whatever reason, is started again: at once, or, where it keeps ending
 * within its first second, after a pause that doubles from ten milliseconds to five seconds. The
 * callers it had not answered get the reason of its end; messages it had not handled are lost with
 * it.
 *
 * <p>Work is outstanding from when the pool passes it on until it is answered or, for a message
 * that nobody waits for, until it has left the worker's mailbox. A call beyond the limit fails at
 * once with {@link #OVERLOAD}; a message beyond it is given to the handler of {@link #onOverload}.
 *
 * @param <M> the protocol of the workers
 */
public final class Pool<M> {
  /** Why a call was not taken: {@code overload}. */
  public static final ExitReason OVERLOAD = ExitReason.of(Atom.of("overload"));

  /** What a pool can be asked about itself, through {@link #control}. */
  public sealed interface Control {}

  /**
   * Changes the number of workers. New ones get work once they started; those too many, the last
   * ones, get none any more, and are shut down when theirs is done.
   *
   * @param workers at least 1
   */
  public record Resize(int workers) implements Control, Request<Status> {
    public Resize {
      requirePositive("workers", workers);
    }
  }

  /** Asks how the pool is. */
  public record GetStatus() implements Control, Request<Status> {}

  /**
   * How a pool is.
   *
   * @param workers how many there should be
   * @param serving how many there are to take work
   * @param retiring how many finish their work before they end
   * @param outstanding how much work is under way
   * @param overloads how many calls and messages were not taken
   * @param restarts how many workers were started again
   */
  public record Status(
      int workers, int serving, int retiring, int outstanding, long overloads, long restarts) {}

  final String label;
  final Blueprint<M> worker;
  int workers = 1;
  Routing<M> routing = Routing.roundRobin();
  int limitPerWorker = Integer.MAX_VALUE;
  int limit = Integer.MAX_VALUE;
  Consumer<? super M> onOverload = message -> {};

  private Pool(String label, Blueprint<M> worker) {
    this.label = Objects.requireNonNull(label);
    this.worker = worker;
    if (worker.name() != null) {
      throw new IllegalArgumentException(
          "the workers of a pool cannot all have the name " + worker.name());
    }
  }

  /**
   * Begins to describe a pool of one worker, with round robin routing and without limits.
   *
   * @param label what reports and logs call it
   * @param worker starts a worker; without a registered name
   */
  public static <M> Pool<M> of(String label, Blueprint<M> worker) {
    return new Pool<>(label, worker);
  }

  private Pool<M> copy() {
    return worker(worker);
  }

  /** Returns the same with other workers. */
  Pool<M> worker(Blueprint<M> other) {
    Pool<M> copy = new Pool<>(label, other);
    copy.workers = workers;
    copy.routing = routing;
    copy.limitPerWorker = limitPerWorker;
    copy.limit = limit;
    copy.onOverload = onOverload;
    return copy;
  }

  /** Chooses the number of workers to start with. */
  public Pool<M> workers(int workers) {
    requirePositive("workers", workers);
    Pool<M> copy = copy();
    copy.workers = workers;
    return copy;
  }

  /** Chooses which worker gets what. */
  public Pool<M> routing(Routing<M> routing) {
    Pool<M> copy = copy();
    copy.routing = routing;
    return copy;
  }

  /** Bounds the outstanding work of each worker. */
  public Pool<M> limitPerWorker(int limit) {
    requirePositive("limitPerWorker", limit);
    Pool<M> copy = copy();
    copy.limitPerWorker = limit;
    return copy;
  }

  /** Bounds the outstanding work of all workers together. */
  public Pool<M> limit(int limit) {
    requirePositive("limit", limit);
    Pool<M> copy = copy();
    copy.limit = limit;
    return copy;
  }

  /**
   * Gives a handler what was sent, not called, and could not be taken. It runs in turns of the pool
   * and must not block.
   */
  public Pool<M> onOverload(Consumer<? super M> handler) {
    Pool<M> copy = copy();
    copy.onOverload = handler;
    return copy;
  }

  /** Returns the blueprint of the pool. */
  public Blueprint<M> blueprint() {
    Pool<M> settings = copy();
    Blueprint<M> pool =
        Blueprint.<M>of(label, () -> new PoolBehavior<>(settings))
            .codec(worker.codec())
            .keepsChildren()
            .trapExit();
    Class<M> protocol = worker.protocol();
    return protocol == null ? pool : pool.protocol(protocol);
  }

  /**
   * Returns the address at which a pool of this node is asked about itself.
   *
   * @throws IllegalArgumentException if there is no pool at the moment
   */
  public static Address<Control> control(Address<?> pool) {
    Pid pid = pool.pid();
    if (pid == null) {
      throw new IllegalArgumentException("there is no pool at " + pool);
    }
    return pool.node().address(pid, TermCodec.localOnly("the control of a pool"));
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, not " + value);
    }
  }
}
