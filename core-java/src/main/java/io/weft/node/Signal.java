package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import org.jspecify.annotations.Nullable;

/**
 * What processes send each other, as it lies in an inbox: the node of the queue and its content are
 * one object.
 *
 * <p>A signal is in at most one queue at a time, so {@link #next} serves the inbox first and the
 * message queue after.
 */
abstract sealed class Signal {
  @Nullable Signal next;

  /** A message sent by pid or name: an object of the protocol, a {@link CallMessage}, or a term. */
  static final class Message extends Signal {
    final Object payload;

    Message(Object payload) {
      this.payload = payload;
    }
  }

  /**
   * A message sent to an alias. Whether the alias is active is decided when the signal is taken in.
   */
  static final class AliasMessage extends Signal {
    final Reference alias;
    final Object payload;

    AliasMessage(Reference alias, Object payload) {
      this.alias = alias;
      this.payload = payload;
    }
  }

  /** {@code session} is the way a link from another node came; null inside the node. */
  static final class Link extends Signal {
    final Pid from;
    final @Nullable PeerSession session;

    Link(Pid from, @Nullable PeerSession session) {
      this.from = from;
      this.session = session;
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
  }

  static final class UnlinkAck extends Signal {
    final Pid from;
    final long id;

    UnlinkAck(Pid from, long id) {
      this.from = from;
      this.id = id;
    }
  }

  /** A link broke: its other end terminated, or cannot be reached any more. */
  static final class LinkExit extends Signal {
    final Pid from;
    final ExitReason reason;

    LinkExit(Pid from, ExitReason reason) {
      this.from = from;
      this.reason = reason;
    }
  }

  /** An exit signal sent on purpose: exit/2. */
  static final class Exit extends Signal {
    final Pid from;
    final ExitReason reason;

    Exit(Pid from, ExitReason reason) {
      this.from = from;
      this.reason = reason;
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
  }

  static final class Demonitor extends Signal {
    final Reference monitor;

    Demonitor(Reference monitor) {
      this.monitor = monitor;
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
  }

  /** Work for the process's own turn: a timer, a resumed coroutine. */
  static final class Task extends Signal {
    final Runnable action;

    Task(Runnable action) {
      this.action = action;
    }
  }
}
