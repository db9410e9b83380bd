package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The process of an {@link Isolation}: as any other, but it notes what no router sees. */
final class IsolatedProcess<M> extends Process<M> {
  private final Isolation<?> isolation;

  IsolatedProcess(
      Isolation<?> isolation, Node node, Pid pid, Blueprint<M> blueprint, boolean root) {
    super(node, pid, blueprint, null, root);
    this.isolation = isolation;
    Target me = new Target.ByPid(pid);
    extras().ties.watchedBy(new Signal.Monitor(node.outside(), nextReference(), me));
  }

  @Override
  public <R, Q extends Request<R>> void call(
      Address<? super Q> server,
      Q request,
      @Nullable Duration within,
      Consumer<CallResult<R>> then) {
    begin(server, request, within, CallReply.typed(server, request, then));
  }

  @Override
  public void callTerm(
      Address<Term> server,
      Term request,
      @Nullable Duration within,
      Consumer<CallResult<Term>> then) {
    begin(server, request, within, CallReply.ofTerms(server, then));
  }

  private <Q, R> void begin(
      Address<? super Q> server, Q request, @Nullable Duration within, CallReply<R> reply) {
    if (isolation.isInside(server)) {
      extras().calls.begin(server, request, within, reply);
    } else {
      isolation.called(new Effect.Called(server, request, within));
      extras().calls.begin(isolation.<Q>outside(), request, within, reply);
    }
  }

  @Override
  public Timers.Timer after(Duration delay, Runnable action) {
    isolation.did(new Effect.TimerSet(delay, null, null));
    return super.after(delay, action);
  }

  @Override
  public <T> ProcessTimer sendAfter(Duration delay, Address<T> to, T message) {
    isolation.did(new Effect.TimerSet(delay, to, message));
    return super.sendAfter(delay, to, message);
  }

  @Override
  public ProcessTimer startTimer(Duration delay, Function<Reference, ? extends M> message) {
    return super.startTimer(
        delay,
        reference -> {
          M content = message.apply(reference);
          isolation.did(new Effect.TimerSet(delay, address(), content));
          return content;
        });
  }

  @Override
  public void register(String name) {
    super.register(name);
    isolation.did(new Effect.Registered(name));
  }

  /** As if {@code from} had ended, or sent an exit signal where there is no link. */
  void takeExitOf(Pid from, ExitReason reason) {
    if (extras().ties.linked().contains(from)) {
      onLinkExit(new Signal.LinkExit(from, reason));
    } else {
      onExit(new Signal.Exit(from, reason));
    }
  }

  /** As if what it watches had ended. Tells whether it watches that. */
  boolean takeEndOf(Target target, ExitReason reason) {
    var monitors = extras().ties.monitorsOf(target);
    monitors.forEach(monitor -> onDown(new Signal.Down(monitor, target.item(), reason)));
    return !monitors.isEmpty();
  }
}
