package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.wire.control.Control;
import org.jspecify.annotations.Nullable;

/**
 * What processes send each other, as it lies in an inbox: the node of the queue and its content are
 * one object.
 *
 * <p>A signal is in at most one queue at a time, so {@link #next} serves the inbox first and the
 * mailbox after.
 */
abstract sealed class Signal {
  @Nullable Signal next;

  /** Acts on the process that has taken it in, in that process's turn. */
  abstract void arrive(Process<?> process);

  /**
   * Answers in place of a process that has ended, the way it would have ended the matter itself.
   */
  void bounce(Router router, Pid dead) {}

  /** Stands for a state of an inbox; is never queued. */
  static final class Mark extends Signal {
    @Override
    void arrive(Process<?> process) {
      throw new IllegalStateException("a mark is no signal");
    }
  }

  /** A message: joins those that wait to be handled. See {@link Message}. */
  abstract static non-sealed class Queued extends Signal {}

  /** {@code session} is the way a link from another node came; null inside the node. */
  static final class Link extends Signal {
    final Pid from;
    final @Nullable PeerSession session;

    Link(Pid from, @Nullable PeerSession session) {
      this.from = from;
      this.session = session;
    }

    @Override
    void arrive(Process<?> process) {
      process.extras().ties.onLink(this);
    }

    @Override
    void bounce(Router router, Pid dead) {
      router.linkExit(dead, from, ExitReason.NOPROC);
    }
  }

  /** An id of 0 belongs to the old link protocol and is not acknowledged. */
  static final class Unlink extends Signal {
    final Pid from;
    final long id;

    Unlink(Pid from, long id) {
      this.from = from;
      this.id = id;
    }

    @Override
    void arrive(Process<?> process) {
      process.extras().ties.onUnlink(this);
    }

    @Override
    void bounce(Router router, Pid dead) {
      if (id != 0) {
        router.unlinkAck(dead, from, id);
      }
    }
  }

  static final class UnlinkAck extends Signal {
    final Pid from;
    final long id;

    UnlinkAck(Pid from, long id) {
      this.from = from;
      this.id = id;
    }

    @Override
    void arrive(Process<?> process) {
      process.extras().ties.onUnlinkAck(this);
    }
  }

  /** A link broke: its other end terminated, or cannot be reached any more. */
  static non-sealed class LinkExit extends Signal {
    final Pid from;
    final ExitReason reason;

    LinkExit(Pid from, ExitReason reason) {
      this.from = from;
      this.reason = reason;
    }

    /** Returns what travels with it, or null. */
    @Nullable Trail trail() {
      return null;
    }

    @Override
    void arrive(Process<?> process) {
      process.onLinkExit(this);
    }
  }

  /** The same, with something that travels with it. */
  static final class TracedLinkExit extends LinkExit {
    private final Trail trail;

    TracedLinkExit(Pid from, ExitReason reason, Trail trail) {
      super(from, reason);
      this.trail = trail;
    }

    @Override
    Trail trail() {
      return trail;
    }
  }

  /** An exit signal sent on purpose: exit/2. */
  static non-sealed class Exit extends Signal {
    final Pid from;
    final ExitReason reason;

    Exit(Pid from, ExitReason reason) {
      this.from = from;
      this.reason = reason;
    }

    /** Returns what travels with it, or null. */
    @Nullable Trail trail() {
      return null;
    }

    @Override
    void arrive(Process<?> process) {
      process.onExit(this);
    }
  }

  /** The same, with something that travels with it. */
  static final class TracedExit extends Exit {
    private final Trail trail;

    TracedExit(Pid from, ExitReason reason, Trail trail) {
      super(from, reason);
      this.trail = trail;
    }

    @Override
    Trail trail() {
      return trail;
    }
  }

  /** {@code target} is what the watcher asked for, by pid or by name; the report says the same. */
  static final class Monitor extends Signal {
    final Pid watcher;
    final Reference monitor;
    final Target target;

    Monitor(Pid watcher, Reference monitor, Target target) {
      this.watcher = watcher;
      this.monitor = monitor;
      this.target = target;
    }

    @Override
    void arrive(Process<?> process) {
      process.extras().ties.watchedBy(this);
    }

    @Override
    void bounce(Router router, Pid dead) {
      router.down(this, ExitReason.NOPROC);
    }
  }

  static final class Demonitor extends Signal {
    final Reference monitor;

    Demonitor(Reference monitor) {
      this.monitor = monitor;
    }

    @Override
    void arrive(Process<?> process) {
      process.extras().ties.unwatchedBy(monitor);
    }
  }

  static final class Down extends Signal {
    final Reference monitor;
    final Term item;
    final ExitReason reason;

    Down(Reference monitor, Term item, ExitReason reason) {
      this.monitor = monitor;
      this.item = item;
      this.reason = reason;
    }

    @Override
    void arrive(Process<?> process) {
      process.onDown(this);
    }
  }

  /**
   * The answer to a spawn request: a pid, or why there is none. {@code session} is the way it came;
   * null inside the node.
   */
  static final class SpawnReply extends Signal {
    final Reference request;
    final int flags;
    final Term result;
    final @Nullable PeerSession session;

    SpawnReply(Reference request, int flags, Term result, @Nullable PeerSession session) {
      this.request = request;
      this.flags = flags;
      this.result = result;
      this.session = session;
    }

    boolean linked() {
      return (flags & Control.SpawnReply.LINKED) != 0;
    }

    boolean monitored() {
      return (flags & Control.SpawnReply.MONITORED) != 0;
    }

    @Override
    void arrive(Process<?> process) {
      process.extras().abroad().spawns(process).answered(this);
    }

    @Override
    void bounce(Router router, Pid dead) {
      undo(router, dead, ExitReason.NOPROC);
    }

    /** Nobody wants the new process any more: its link breaks, its monitor goes. */
    void undo(Router router, Pid requester, ExitReason reason) {
      if (result instanceof Pid pid) {
        if (linked()) {
          router.linkExit(requester, pid, reason);
        }
        if (monitored()) {
          router.demonitor(requester, new Target.ByPid(pid), request);
        }
      }
    }
  }

  /** Another process becomes the group leader. */
  static final class GroupLeader extends Signal {
    final Pid leader;

    GroupLeader(Pid leader) {
      this.leader = leader;
    }

    @Override
    void arrive(Process<?> process) {
      process.groupLeader(leader);
    }
  }

  /** The caller does not wait for this call any more, or got an answer from another thread. */
  static final class CallClosed extends Signal {
    final LocalCall<?> call;

    CallClosed(LocalCall<?> call) {
      this.call = call;
    }

    @Override
    void arrive(Process<?> process) {
      process.extras().calls.close(call);
    }
  }

  /** The server of a call ended before it answered, or was never there. */
  static final class CallDown extends Signal {
    final LocalCall<?> call;
    final ExitReason reason;

    CallDown(LocalCall<?> call, ExitReason reason) {
      this.call = call;
      this.reason = reason;
    }

    @Override
    void arrive(Process<?> process) {
      process.act(() -> process.extras().calls.serverEnded(call, reason));
    }
  }

  /** Work in the process's turn for somebody who waits, and is told if the process has ended. */
  static final class Request extends Signal {
    final Runnable action;
    final Runnable otherwise;

    Request(Runnable action, Runnable otherwise) {
      this.action = action;
      this.otherwise = otherwise;
    }

    @Override
    void arrive(Process<?> process) {
      action.run();
    }

    @Override
    void bounce(Router router, Pid dead) {
      otherwise.run();
    }
  }

  /** A connection takes more again, after the process had sent too much over it. */
  static final class Room extends Signal {
    final PeerSession session;

    Room(PeerSession session) {
      this.session = session;
    }

    @Override
    void arrive(Process<?> process) {
      process.onRoom(session);
    }
  }

  /** Work for the process's own turn: a timer, a resumed coroutine. */
  static final class Task extends Signal {
    final Runnable action;

    Task(Runnable action) {
      this.action = action;
    }

    @Override
    void arrive(Process<?> process) {
      process.act(action::run);
    }
  }
}
