package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.wire.control.Control;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processes that one process wants on other nodes and has not got yet. Used in the turns of its
 * process only.
 *
 * <p>A request that is given up may still succeed. Then its link breaks with the reason {@code
 * abandoned}, or with that of the end of the process that asked, and its monitor goes: by the
 * session, if it has not seen the answer yet ({@link PendingSpawns}), else here.
 */
final class SpawnRequests {
  static final ExitReason ABANDONED = ExitReason.of(Atom.of("abandoned"));

  private final Process<?> self;
  private final Map<Reference, Request> requests = new HashMap<>(4);

  /** A request, and what to do with its result. */
  static final class Request {
    final Reference id;
    final RemoteSpawn wish;
    final Consumer<SpawnResult> then;
    @Nullable PeerSession session;
    Timers.@Nullable Timer timer;

    Request(Reference id, RemoteSpawn wish, Consumer<SpawnResult> then) {
      this.id = id;
      this.wish = wish;
      this.then = then;
    }
  }

  SpawnRequests(Process<?> self) {
    this.self = self;
  }

  Reference send(RemoteSpawn wish, Reference id, Consumer<SpawnResult> then) {
    var request = new Request(id, wish, then);
    requests.put(id, request);
    if (wish.alias() != null) {
      self.extras().ties.alias(id, wish.alias());
    }
    if (wish.within() != null) {
      request.timer = self.after(wish.within(), () -> timedOut(id));
    }
    var order =
        new Control.SpawnRequest(
            id,
            self.pid(),
            self.groupLeader(),
            wish.module(),
            wish.function(),
            wish.arguments().size(),
            wish.optionTerms(),
            wish.arguments());
    try {
      request.session = self.node().router().spawn(wish.node(), order);
    } catch (MessageTooLargeException tooLarge) {
      self.post(() -> fail(id, new SpawnException(wish, tooLarge.reason())));
    }
    return id;
  }

  private void timedOut(Reference id) {
    Request request = requests.get(id);
    if (request != null && abandon(id)) {
      request.then.accept(new SpawnResult.Failed(SpawnException.timeout(request.wish)));
    }
  }

  private void fail(Reference id, SpawnException why) {
    Request request = end(id);
    if (request != null) {
      forgetTies(id);
      request.then.accept(new SpawnResult.Failed(why));
    }
  }

  /** Gives a request up; false if it was answered. */
  boolean abandon(Reference id) {
    Request request = end(id);
    if (request == null) {
      return false;
    }
    forgetTies(id);
    giveUp(request, ABANDONED);
    return true;
  }

  private void forgetTies(Reference id) {
    self.extras().ties.monitorFailed(id);
    var _ = self.extras().takeReport(id);
  }

  private @Nullable Request end(Reference id) {
    Request request = requests.remove(id);
    if (request != null && request.timer != null) {
      request.timer.cancel();
    }
    return request;
  }

  private static void giveUp(Request request, ExitReason reason) {
    if (request.session != null) {
      request.session.giveUpSpawn(request.id, reason.term());
    }
  }

  /** An answer came in. */
  void answered(Signal.SpawnReply reply) {
    Request request = end(reply.request);
    switch (reply.result) {
      case Pid pid when request == null -> reply.undo(self.node().router(), self.pid(), ABANDONED);
      case Pid pid -> {
        self.extras().ties.spawned(reply, pid);
        self.act(() -> request.then.accept(new SpawnResult.Ok(pid, reply.request)));
      }
      default -> {
        if (request != null) {
          forgetTies(reply.request);
          var why = new SpawnException(request.wish, ExitReason.of(reply.result));
          self.act(() -> request.then.accept(new SpawnResult.Failed(why)));
        }
      }
    }
  }

  int size() {
    return requests.size();
  }

  Iterator<Request> all() {
    return requests.values().iterator();
  }

  /** The process that asked has ended. */
  static void abandon(Request request, ExitReason reason) {
    if (request.timer != null) {
      request.timer.cancel();
    }
    giveUp(request, reason);
  }
}
