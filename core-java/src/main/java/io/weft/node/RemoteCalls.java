package io.weft.node;

import io.weft.runtime.Clock;
import io.weft.runtime.Timers;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.wire.control.TimeLeft;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one process to other nodes: for each an alias with a monitor, as {@code gen} makes
 * it. Used in the turns of its process only.
 */
final class RemoteCalls {
  private final Process<?> self;
  private final Map<Reference, RemoteCall<?>> calls = new HashMap<>(4);

  RemoteCalls(Process<?> self) {
    this.self = self;
  }

  <Q, R> void start(
      Address<? super Q> server,
      Target target,
      Q request,
      @Nullable Duration within,
      long tellDeadline,
      CallReply<R> reply,
      @Nullable Object context) {
    Reference alias = self.nextReference();
    Term message = GenProtocol.call(self.pid(), alias, encode(server, request));
    var call = new RemoteCall<>(target, reply);
    calls.put(alias, call);
    self.extras().ties.watch(target, alias);
    long deadline = tellDeadline;
    if (within != null) {
      deadline = CallDeadlines.in(self.node(), CallDeadlines.nanos(within));
      call.timer = self.after(within, () -> endEarly(alias, () -> reply.timedOut(within)));
    }
    try {
      self.node().router().sendRequest(self.pid(), target, message, context, left(deadline));
    } catch (MessageTooLargeException tooLarge) {
      CallException why = CallException.tooLarge(server, tooLarge);
      self.post(() -> endEarly(alias, () -> reply.fail(why)));
    }
  }

  /** Returns how long the callee is waited for, or null if for ever. */
  private @Nullable TimeLeft left(long deadline) {
    Clock clock = self.node().seams().clock();
    return deadline == From.NO_DEADLINE ? null : () -> deadline - clock.nanoTime();
  }

  private static <M, Q extends M> Term encode(Address<M> server, Q request) {
    return server.codec().encode(request);
  }

  /** Ends a call that was neither answered nor reported. */
  private void endEarly(Reference alias, Runnable tell) {
    if (end(alias) != null) {
      self.extras().ties.unwatch(alias);
      tell.run();
    }
  }

  /** Whether the term is the reply to one of these calls, which ends with it. */
  boolean takeReply(Term term) {
    if (calls.isEmpty()) {
      return false;
    }
    Reference answered = GenProtocol.answeredBy(term);
    return answered != null && takeReply(answered, term);
  }

  boolean takeReply(Reference told, Term term) {
    Reference alias = References.meant(told, calls);
    RemoteCall<?> call = end(alias);
    if (call == null) {
      return false;
    }
    self.extras().ties.unwatch(alias);
    self.act(() -> call.complete(term));
    return true;
  }

  /** Takes out a call that ends; null if it has ended. */
  @Nullable RemoteCall<?> end(Reference alias) {
    RemoteCall<?> call = calls.remove(alias);
    if (call != null) {
      call.abandon();
    }
    return call;
  }

  int size() {
    return calls.size();
  }

  Iterator<RemoteCall<?>> all() {
    return calls.values().iterator();
  }

  /** One call. */
  static final class RemoteCall<R> {
    private final Target callee;
    private final CallReply<R> reply;
    private Timers.@Nullable Timer timer;

    RemoteCall(Target callee, CallReply<R> reply) {
      this.callee = callee;
      this.reply = reply;
    }

    void serverEnded(ExitReason reason) {
      if (reason.equals(ExitReason.NOCONNECTION)) {
        reply.fail(CallException.nodedown(callee, callee.node()));
      } else {
        reply.ended(reason);
      }
    }

    void complete(Term answer) {
      reply.completeTagged(answer);
    }

    /** Nobody waits any more. */
    void abandon() {
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
