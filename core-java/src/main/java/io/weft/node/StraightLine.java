package io.weft.node;

import io.weft.runtime.Strands;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a straight-line body beside the turns of its process.
 *
 * <p>The process has turns as any other: they take signals in, so that an exit acts at once
 * whatever the body waits for. But they handle no messages; the body takes those from the mailbox
 * itself. The lock keeps the two apart: a turn holds it, and so does the body while it looks into
 * the mailbox or acts in the name of the process, never while it runs code of its own.
 *
 * <h2>Waiting</h2>
 *
 * The body looks for what it wants, declares itself {@code WAITING} before it gives up the lock,
 * and sleeps. Whoever moves it from there wakes it: a turn that has added a message ({@code
 * WOKEN}), or the sender that would have to schedule the turn: then ({@code TURN}) the body runs
 * the turn itself, and a message has reached it by one switch of threads instead of two.
 */
@SuppressWarnings("ReferenceEquality") // threads are themselves
final class StraightLine<M> extends Receiving<M> implements BlockingSelf<M> {
  private enum Wait {
    RUNNING,
    WAITING,
    WOKEN,
    TURN
  }

  private final StraightLineBody<M> body;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicReference<Wait> wait = new AtomicReference<>(Wait.RUNNING);

  // Set in the first turn, before the body starts.
  @SuppressWarnings("NullAway.Init")
  private Process<M> process;

  private Strands.@Nullable Strand strand;
  private @Nullable Thread own;
  private @Nullable ExitReason over;

  /** What the body waits in. */
  private volatile @Nullable Receive<M, ?> receiving;

  private Observer.@Nullable Capture birth;

  /** What lasts while the body handles a message. Its own thread's. */
  private Observer.Scope handling = Observer.Scope.NONE;

  StraightLine(StraightLineBody<M> body) {
    this.body = body;
  }

  // --- the turns of the process ------------------------------------------------------------------

  /** Runs a turn, while the body is kept out. */
  void inTurn(Runnable turn) {
    lock.lock();
    try {
      turn.run();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the body, which waits, runs the turn that is to be scheduled. */
  boolean takesTurn() {
    return moveOn(Wait.TURN);
  }

  @Override
  void somethingNew() {
    moveOn(Wait.WOKEN);
  }

  private boolean moveOn(Wait to) {
    if (!wait.compareAndSet(Wait.WAITING, to)) {
      return false;
    }
    Objects.requireNonNull(strand).resume();
    return true;
  }

  @Override
  public void start(Self<M> self) {
    process = Process.of(self);
    Observer observer = process.node().observer();
    birth = observer == null ? null : observer.capture();
    strand = process.node().seams().strands().start(process.label(), this::live);
  }

  @Override
  public void ended(Self<M> self, ExitReason reason) {
    over = reason;
    Receive<M, ?> waiting = receiving;
    if (waiting != null) {
      waiting.over();
    }
    somethingNew();
    if (strand != null) {
      strand.interrupt();
    }
  }

  // --- the body's thread -------------------------------------------------------------------------

  private void live() {
    own = Thread.currentThread();
    inTurn(() -> {}); // once the one that started the body is over
    Process<?> outer = Node.enter(process);
    Observer observer = process.node().observer();
    Observer.Scope seen =
        observer == null ? Observer.Scope.NONE : observer.entered(process, Observer.Work.BODY);
    Observer.Scope born = birth == null ? Observer.Scope.NONE : birth.enter();
    try {
      body.run(this);
      endWith(new ExitException(ExitReason.NORMAL));
    } catch (Throwable failure) {
      endWith(failure);
    } finally {
      handling.close();
      born.close();
      seen.close();
      Node.leave(outer);
    }
  }

  private void endWith(Throwable failure) {
    process.post(() -> {
      throw sneaky(failure);
    });
  }

  /** Throws what a turn then takes for the failure of the behaviour. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T sneaky(Throwable failure) throws T {
    throw (T) failure;
  }

  /** Waits until {@code ready}, which is asked under the lock, holds. */
  private void await(BooleanSupplier ready) {
    requireBody();
    while (!isReadyOrWaits(ready)) {
      Objects.requireNonNull(strand).await();
      if (wait.getAndSet(Wait.RUNNING) == Wait.TURN) {
        process.run();
      }
    }
  }

  private boolean isReadyOrWaits(BooleanSupplier ready) {
    lock.lock();
    try {
      requireAlive();
      process.takeInEarly();
      requireAlive();
      if (!process.isSuspended() && ready.getAsBoolean()) {
        return true;
      }
      wait.set(Wait.WAITING);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the calling thread keeps out all others that act in the name of the process. */
  boolean isActing() {
    return lock.isHeldByCurrentThread();
  }

  private void requireBody() {
    if (Thread.currentThread() != own) {
      throw NotItsTurn.notTheBody(process);
    }
  }

  private void requireOwn() {
    if (!process.isMyTurn()) {
      throw NotItsTurn.of(process, "what a body does");
    }
  }

  private void requireAlive() {
    if (over != null) {
      throw new ExitException(over);
    }
  }

  // --- receiving ---------------------------------------------------------------------------------

  @Override
  public <R> R select(Consumer<Select<M, R>> clauses) {
    if (process.node().observer() == null) {
      return await(clauses).get();
    }
    handling.close();
    act(() -> process.handled(null));
    Supplier<R> outcome = await(clauses);
    Observer.Capture taken = does(process::handling);
    handling = taken == null ? Observer.Scope.NONE : taken.enter();
    return outcome.get();
  }

  private <R> Supplier<R> await(Consumer<Select<M, R>> clauses) {
    requireBody();
    Select<M, R> select = Select.of(clauses);
    Receive<M, R> receive = select.patience() == null ? begin(select) : does(() -> begin(select));
    try {
      await(receive::found);
    } finally {
      receive.over();
      receiving = null;
    }
    return receive.outcome();
  }

  /** One with a timer begins only while the process lives, whose end then calls it off. */
  private <R> Receive<M, R> begin(Select<M, R> select) {
    var receive = new Receive<>(process, select, this::somethingNew);
    receiving = receive;
    return receive;
  }

  @Override
  public M receive() {
    return select(on -> on.plain(message -> message));
  }

  @Override
  public @Nullable M receive(Duration within) {
    Received<M> received =
        this.<@Nullable Received<M>>select(
            on -> on.plain(Received.Message::new).after(within, () -> null));
    return received instanceof Received.Message<M>(M content) ? content : null;
  }

  @Override
  public Received<M> receiveAny() {
    return select(on -> on.any(received -> received));
  }

  @Override
  public void sleep(Duration time) {
    Supplier<Boolean> _ = await(on -> on.after(time, () -> true));
  }

  // --- sending and calling -----------------------------------------------------------------------

  @Override
  public <T> void send(Address<T> to, T message) {
    var sent = to.tellWhenRoom(message);
    if (!sent.isDone()) {
      var _ = sent.whenComplete((_, _) -> process.post(this::somethingNew));
      await(sent::isDone);
    }
  }

  /** Waits until a busy connection has room, unless it acts in the name of the process just now. */
  void waitForRoom(PeerSession session) {
    if (!lock.isHeldByCurrentThread()) {
      var room = new AtomicBoolean();
      session.whenRoom(() -> {
        room.set(true);
        process.post(this::somethingNew);
      });
      await(room::get);
    }
  }

  @Override
  public <R, Q extends Request<R>> R call(Address<? super Q> server, Q request, Duration within) {
    return awaitResult(then -> process.call(server, request, within, then));
  }

  @Override
  public Term callTerm(Address<Term> server, Term request, Duration within) {
    return awaitResult(then -> process.callTerm(server, request, within, then));
  }

  private <R> R awaitResult(Consumer<Consumer<CallResult<R>>> call) {
    return this.<CallResult<R>>awaitAnswer(call).orThrow();
  }

  private <A> A awaitAnswer(Consumer<Consumer<A>> ask) {
    var answer = new AtomicReference<@Nullable A>();
    act(() ->
        ask.accept(result -> {
          answer.set(result);
          somethingNew();
        }));
    await(() -> answer.get() != null);
    return Objects.requireNonNull(answer.get());
  }

  // --- acting in the name of the process ---------------------------------------------------------

  @Override
  public <T> T does(Supplier<T> action) {
    lock.lock();
    try {
      requireOwn();
      requireAlive();
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  private void act(Runnable action) {
    lock.lock();
    try {
      requireOwn();
      requireAlive();
      action.run();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Self<M> self() {
    return process;
  }

  @Override
  public Pid pid() {
    return process.pid();
  }

  @Override
  public Address<M> address() {
    return process.address();
  }

  @Override
  public Node node() {
    return process.node();
  }

  @Override
  public <T> Address<T> spawn(Blueprint<T> blueprint) {
    return does(() -> process.spawn(blueprint));
  }

  @Override
  public <T> Address<T> spawnLink(Blueprint<T> blueprint) {
    return does(() -> process.spawnLink(blueprint));
  }

  @Override
  public <T> Address<T> startLink(Blueprint<T> blueprint) {
    Started<T> started = awaitAnswer(then -> process.startLink(blueprint, then));
    return started.orThrow(blueprint.label());
  }

  @Override
  public SpawnResult.Ok spawn(RemoteSpawn wish) {
    SpawnResult result = awaitAnswer(then -> process.spawnRequest(wish, then));
    return switch (result) {
      case SpawnResult.Ok ok -> ok;
      case SpawnResult.Failed(SpawnException failure) -> throw failure;
    };
  }

  @Override
  public void link(Pid other) {
    act(() -> process.link(other));
  }

  @Override
  public void unlink(Pid other) {
    act(() -> process.unlink(other));
  }

  @Override
  public boolean trapExit(boolean trap) {
    return does(() -> process.trapExit(trap));
  }

  @Override
  public void exit(Pid other, ExitReason reason) {
    act(() -> process.exit(other, reason));
  }

  @Override
  public Reference monitor(Target target) {
    return does(() -> process.monitor(target));
  }

  @Override
  public boolean demonitor(Reference monitor, boolean flush) {
    return does(() -> process.demonitor(monitor, flush));
  }

  @Override
  public Reference alias(AliasMode mode) {
    return does(() -> process.alias(mode));
  }

  @Override
  public boolean unalias(Reference alias) {
    return does(() -> process.unalias(alias));
  }
}
