package io.weft.node;

import io.weft.term.Reference;
import io.weft.term.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one process: those it waits for, and those it has to answer. Used in the turns of
 * its process only.
 *
 * <p>A call ends once: with its reply, with the end of its server, or with its time. Whatever comes
 * later finds it no longer pending, and is dropped.
 */
@SuppressWarnings("ReferenceEquality") // processes are themselves
final class Calls {
  private final Process<?> self;
  private @Nullable CallDeadlines deadlines;
  private @Nullable LocalCall<?> firstOpen;
  private @Nullable LocalCall<?> firstPending;
  private @Nullable RemoteCalls remote;

  Calls(Process<?> self) {
    this.self = self;
  }

  // --- as a caller -------------------------------------------------------------------------------

  /** Begins a call that no observer knows of. */
  <Q, R> void begin(
      Address<? super Q> server, Q request, @Nullable Duration within, CallReply<R> reply) {
    begin(server, request, within, From.NO_DEADLINE, reply, null);
  }

  /**
   * Begins a call to whatever the address stands for now.
   *
   * @param within how long it waits, which the server is told; null for ever
   * @param deadline what the server is told of a call that waits for ever
   */
  <Q, R> void begin(
      Address<? super Q> server,
      Q request,
      @Nullable Duration within,
      long deadline,
      CallReply<R> reply,
      @Nullable Object context) {
    Router router = self.node().router();
    Process<?> local = server.process();
    Target target = local == null ? server.target() : null;
    if (local == null && target != null && router.isHere(target)) {
      local = router.find(target);
    }
    if (local == self) {
      self.post(() -> reply.fail(CallException.callingSelf(server)));
    } else if (local != null) {
      boolean asTerm = request instanceof Term && !local.speaksTerms();
      Tracing tracing = self.node().tracing();
      Trail trail = tracing.isOn() ? tracing.local(context) : null;
      start(
          trail == null
              ? new LocalCall<>(self, local, request, asTerm, reply, within)
              : new LocalCall.Traced<>(self, local, request, asTerm, reply, within, trail),
          deadline);
    } else if (target == null || router.isHere(target)) {
      self.post(() -> reply.ended(ExitReason.NOPROC));
    } else {
      remote().start(server, target, request, within, deadline, reply, context);
    }
  }

  // --- inside the node ---------------------------------------------------------------------------

  private <R> void start(LocalCall<R> call, long deadline) {
    call.pending = true;
    LocalCall<?> second = firstPending;
    call.nextPending = second;
    if (second != null) {
      second.previousPending = call;
    }
    firstPending = call;
    if (call.within != null) {
      deadlines().add(call, call.within);
    } else {
      call.deadline = deadline;
    }
    self.node().router().deliverAny(call.server, call);
  }

  private CallDeadlines deadlines() {
    CallDeadlines present = deadlines;
    if (present == null) {
      present = new CallDeadlines(self);
      deadlines = present;
    }
    return present;
  }

  <R> void answered(LocalCall<R> call, Object answer) {
    if (!end(call)) {
      return;
    }
    if (!call.closedByServer) {
      closeAtServer(call);
    }
    call.reply.complete(answer);
  }

  <R> void serverEnded(LocalCall<R> call, ExitReason reason) {
    if (end(call)) {
      call.reply.ended(reason);
    }
  }

  <R> void timedOut(LocalCall<R> call) {
    if (end(call)) {
      closeAtServer(call);
      call.reply.timedOut(call.within);
    }
  }

  private void closeAtServer(LocalCall<?> call) {
    self.node().router().deliver(call.server, new Signal.CallClosed(call));
  }

  private boolean end(LocalCall<?> call) {
    if (!call.pending) {
      return false;
    }
    call.pending = false;
    LocalCall<?> before = call.previousPending;
    LocalCall<?> after = call.nextPending;
    if (before == null) {
      firstPending = after;
    } else {
      before.nextPending = after;
    }
    if (after != null) {
      after.previousPending = before;
    }
    call.previousPending = null;
    call.nextPending = null;
    if (call.timer != null) {
      call.timer.cancel();
    }
    return true;
  }

  // --- as a server -------------------------------------------------------------------------------

  void open(LocalCall<?> call) {
    call.open = true;
    LocalCall<?> second = firstOpen;
    call.nextOpen = second;
    if (second != null) {
      second.previousOpen = call;
    }
    firstOpen = call;
  }

  void close(LocalCall<?> call) {
    if (!call.open) {
      return;
    }
    call.open = false;
    LocalCall<?> before = call.previousOpen;
    LocalCall<?> after = call.nextOpen;
    if (before == null) {
      firstOpen = after;
    } else {
      before.nextOpen = after;
    }
    if (after != null) {
      after.previousOpen = before;
    }
    call.previousOpen = null;
    call.nextOpen = null;
  }

  // --- to other nodes ----------------------------------------------------------------------------

  private RemoteCalls remote() {
    RemoteCalls present = remote;
    if (present == null) {
      present = new RemoteCalls(self);
      remote = present;
    }
    return present;
  }

  /** Whether the term is the reply to a call to another node, which ends with it. */
  boolean takeReply(Term term) {
    return remote != null && remote.takeReply(term);
  }

  boolean takeReply(Reference alias, Term term) {
    return remote != null && remote.takeReply(alias, term);
  }

  /** Takes out a call to another node whose server's end was reported; null if it is not one. */
  RemoteCalls.@Nullable RemoteCall<?> end(Reference monitor) {
    return remote == null ? null : remote.end(monitor);
  }

  // --- the end -----------------------------------------------------------------------------------

  /** The process ends for {@code reason}: nobody waits any more, and nobody is answered. */
  void abandon(ExitReason reason) {
    while (abandonNext(reason)) {
      // one after the other
    }
    remoteCalls().forEachRemaining(RemoteCalls.RemoteCall::abandon);
  }

  /** Abandons one call inside the node; false if there is none left. */
  boolean abandonNext(ExitReason reason) {
    LocalCall<?> open = firstOpen;
    if (open != null) {
      close(open);
      self.node().router().deliver(open.caller, new Signal.CallDown(open, reason));
      return true;
    }
    LocalCall<?> pending = firstPending;
    if (pending != null) {
      if (end(pending)) {
        closeAtServer(pending);
      }
      return true;
    }
    if (deadlines != null) {
      deadlines.close();
    }
    return false;
  }

  Iterator<RemoteCalls.RemoteCall<?>> remoteCalls() {
    return remote == null ? Collections.emptyIterator() : remote.all();
  }

  /** Returns how many calls there are, but not more than {@code limit}, or one more. */
  int countUpTo(int limit) {
    int count = remote == null ? 0 : remote.size();
    for (LocalCall<?> call = firstOpen; call != null && count <= limit; call = call.nextOpen) {
      count++;
    }
    for (LocalCall<?> call = firstPending; call != null && count <= limit; ) {
      count++;
      call = call.nextPending;
    }
    return count;
  }

  /** Returns the head of the list of pending calls inside the node, newest first. */
  @Nullable LocalCall<?> firstPending() {
    return firstPending;
  }

  /** Returns the servers of pending calls inside the node, for a look from outside. */
  List<Process<?>> awaited() {
    List<Process<?>> servers = new ArrayList<>();
    for (LocalCall<?> call = firstPending; call != null; call = call.nextPending) {
      servers.add(call.server);
    }
    return servers;
  }
}
