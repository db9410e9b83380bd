package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Reference;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that waits for its reply, the end of its server, or its time. */
final class PendingCall<R> {
  private final Target callee;
  private final CallReply<R> reply;
  private final @Nullable Duration within;
  private Timers.@Nullable Timer timer;

  PendingCall(Target callee, CallReply<R> reply, @Nullable Duration within) {
    this.callee = callee;
    this.reply = reply;
    this.within = within;
  }

  void startTimer(Process<?> caller, Reference alias) {
    if (within != null) {
      timer = caller.after(within, () -> caller.callTimedOut(alias));
    }
  }

  void complete(Object answer) {
    abandon();
    reply.complete(answer);
  }

  void serverEnded(ExitReason reason) {
    abandon();
    reply.fail(
        reason.equals(ExitReason.NOCONNECTION)
            ? CallException.nodedown(callee, callee.node())
            : CallException.ended(callee, reason));
  }

  void timedOut() {
    reply.fail(CallException.timeout(callee, within == null ? 0 : within.toMillis()));
  }

  /** Nobody waits any more. */
  void abandon() {
    if (timer != null) {
      timer.cancel();
    }
  }
}
