package io.weft.node;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where signals of any thread meet their process, and the rule of who runs it.
 *
 * <p>One field holds both. It is one of
 *
 * <ul>
 *   <li>{@code PARKED}: nothing is queued and the process is not scheduled;
 *   <li>null: nothing was queued yet; the process is scheduled or running;
 *   <li>a signal: a stack, newest first; the process is scheduled or running;
 *   <li>{@code CLOSED}: the process has ended, for good.
 * </ul>
 *
 * A push that replaces {@code PARKED} must schedule the process; so exactly one sender does, and a
 * process is never scheduled twice.
 *
 * <p>The process takes what lies above the signal it took last, and reverses it, which restores the
 * order of the pushes and with it the order between each pair of processes. To take costs no atomic
 * operation: the signals stay in the stack, and {@code taken} says from where on they are no longer
 * queued. Parking is what removes them. Nobody but the process follows the links of the stack, so
 * those of signals that were taken are free for the mailbox, and a push that succeeds on an old
 * head has done what it should. There is no window in which a stalled producer hides the signals
 * behind it.
 *
 * <p>A signal must not come into the same inbox a second time before the process has parked.
 */
@SuppressWarnings("ReferenceEquality") // the marks are themselves
abstract class Inbox {
  private static final Signal PARKED = new Signal.Mark();
  private static final Signal CLOSED = new Signal.Mark();
  private static final VarHandle HEAD;

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(Inbox.class, "head", Signal.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through HEAD
  private volatile @Nullable Signal head;

  /** The newest that was taken since the process awoke; the process's own. */
  private @Nullable Signal taken;

  /** What became of a push. */
  enum Push {
    /** Queued; the process is awake already. */
    QUEUED,
    /** Queued; the caller must schedule the process. */
    WAKE,
    /** The process has ended; the signal was not queued. */
    CLOSED
  }

  /** Queues a signal. Any thread. */
  final Push push(Signal signal) {
    while (true) {
      Signal before = lvHead();
      if (before == PARKED) {
        signal.next = null;
        if (casHead(PARKED, signal)) {
          return Push.WAKE;
        }
      } else if (before == CLOSED) {
        return Push.CLOSED;
      } else {
        signal.next = before;
        if (casHead(before, signal)) {
          return Push.QUEUED;
        }
      }
    }
  }

  /** Takes all queued signals, oldest first. Only in the process's turn. */
  final @Nullable Signal takeAll() {
    Signal newest = lvHead();
    if (newest == taken || newest == PARKED || newest == CLOSED) {
      return null;
    }
    Signal oldest = oldestFirst(newest, taken);
    taken = newest;
    return oldest;
  }

  /** Parks the process if nothing is queued; else it must run again. Only in the process's turn. */
  final boolean tryPark() {
    Signal newest = taken;
    if (lvHead() != newest) {
      return false;
    }
    taken = null; // before others may run the process
    if (casHead(newest, PARKED)) {
      return true;
    }
    taken = newest;
    return false;
  }

  /** Ends the inbox; returns what was still queued, oldest first. Only in the process's turn. */
  final @Nullable Signal close() {
    Signal newest = xchgHead(CLOSED);
    Signal before = taken;
    taken = null;
    return newest == PARKED || newest == CLOSED ? null : oldestFirst(newest, before);
  }

  /** Whether no signal waits. In the process's turn. */
  final boolean isInboxEmpty() {
    return lvHead() == taken;
  }

  /** Whether the process sleeps until the next signal. An estimate outside of its turn. */
  final boolean isParked() {
    return lvHead() == PARKED;
  }

  final boolean isClosed() {
    return lvHead() == CLOSED;
  }

  /** Turns the stack down to {@code end}, which stays out of it. */
  private static @Nullable Signal oldestFirst(@Nullable Signal newest, @Nullable Signal end) {
    Signal oldest = null;
    Signal current = newest;
    while (current != null && current != end) {
      Signal older = current.next;
      current.next = oldest;
      oldest = current;
      current = older;
    }
    return oldest;
  }

  private @Nullable Signal lvHead() {
    return head;
  }

  private boolean casHead(@Nullable Signal expected, @Nullable Signal value) {
    return HEAD.compareAndSet(this, expected, value);
  }

  private @Nullable Signal xchgHead(@Nullable Signal value) {
    return (Signal) HEAD.getAndSet(this, value);
  }
}
