package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.time.Duration;
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
  <Q, R> void begin(
      Address<? super Q> server,
      Q request,
      @Nullable Duration within,
      long deadline,
      CallReply<R> reply,
      Observer.@Nullable Calling seen) {
    if (isolation.isInside(server)) {
      super.begin(server, request, within, deadline, reply, seen);
    } else {
      isolation.called(new Effect.Called(server, request, within));
      super.begin(isolation.<Q>outside(), request, within, deadline, reply, seen);
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
