package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call inside the node. One object is the request on its way to the server, the {@link From} the
 * server answers, and the reply on its way home.
 *
 * <p>From when the server has taken the request in until it is answered, the call stands in the
 * server's list of open calls, so that the caller hears of the server's end: what a monitor does
 * for a call to another node. Until its end the call stands in the caller's list of pending calls.
 * Both lists are in {@link Calls}; each belongs to the turns of its process.
 */
@SuppressWarnings("ReferenceEquality") // processes are themselves
non-sealed class LocalCall<R> extends Message implements From, Runnable {
  private static final VarHandle ANSWER;

  static {
    try {
      ANSWER = MethodHandles.lookup().findVarHandle(LocalCall.class, "answer", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** That the request was refused, and why. */
  record Refusal(String why) {}

  /** That there will be no reply, and why. */
  record Failure(ExitReason reason) {}

  final Process<?> caller;
  final Process<?> server;
  final Object request;
  final boolean asTerm;
  final CallReply<R> reply;
  final @Nullable Duration within;

  /** Written before the request is on its way. */
  long deadline = NO_DEADLINE;

  /** The caller's turn: */
  Timers.@Nullable Timer timer;

  boolean pending;
  @Nullable LocalCall<?> previousPending;
  @Nullable LocalCall<?> nextPending;

  /** The server's turn: */
  boolean open;

  @Nullable LocalCall<?> previousOpen;
  @Nullable LocalCall<?> nextOpen;

  /** Whether the server has closed it already; written before {@link #answer}. */
  boolean closedByServer;

  /** Null until it is answered. */
  @SuppressWarnings("unused") // through ANSWER
  private volatile @Nullable Object answer;

  LocalCall(
      Process<?> caller,
      Process<?> server,
      Object request,
      boolean asTerm,
      CallReply<R> reply,
      @Nullable Duration within) {
    this.caller = caller;
    this.server = server;
    this.request = request;
    this.asTerm = asTerm;
    this.reply = reply;
    this.within = within;
  }

  // --- to the server and home --------------------------------------------------------------------

  @Override
  void arrive(Process<?> process) {
    Object present = answer;
    if (process == caller && present != null) {
      process.act(() -> process.extras().calls.answered(this, present));
    } else {
      process.extras().calls.open(this);
      process.enqueue(this);
    }
  }

  @Override
  void passedOver(Process<?> process) {
    process.extras().calls.close(this);
  }

  @Override
  void bounce(Router router, Pid dead) {
    if (answer == null) {
      router.deliver(caller, new Signal.CallDown(this, ExitReason.NOPROC));
    }
  }

  @Override
  <M> void handle(Process<M> process) throws Exception {
    Contents.handleCall(process, this, request, asTerm);
  }

  @Override
  final Object content() {
    return request;
  }

  /** The time is up; on a thread of the timers. */
  @Override
  public void run() {
    caller.post(() -> caller.extras().calls.timedOut(this));
  }

  // --- the server answers ------------------------------------------------------------------------

  @Override
  public Pid client() {
    return caller.pid();
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public void reply(Object value) {
    answer(value);
  }

  @Override
  public void refuse(String why) {
    answer(new Refusal(why));
  }

  /** The caller is told by another signal: this object may be in a queue still. */
  @Override
  public void fail(ExitReason reason) {
    answer(new Failure(reason));
  }

  @Override
  void release() {
    caller.node().router().deliver(caller, new Signal.CallDown(this, ExitReason.OVERLOAD));
  }

  private void answer(Object value) {
    if (answer != null) {
      return;
    }
    if (open && Node.current() == server) {
      server.extras().calls.close(this);
      closedByServer = true;
    }
    if (ANSWER.compareAndSet(this, null, value)) {
      caller.node().router().deliver(caller, this);
    }
  }

  @Override
  public From encoding(Function<Object, Term> form) {
    return new From.Encoding(this, form);
  }

  /** The same, with something that travels with the request. */
  static final class Traced<R> extends LocalCall<R> {
    private final Trail trail;

    Traced(
        Process<?> caller,
        Process<?> server,
        Object request,
        boolean asTerm,
        CallReply<R> reply,
        @Nullable Duration within,
        Trail trail) {
      super(caller, server, request, asTerm, reply, within);
      this.trail = trail;
    }

    @Override
    Trail trail() {
      return trail;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.traced().take(trail);
      super.handle(process);
    }
  }
}
