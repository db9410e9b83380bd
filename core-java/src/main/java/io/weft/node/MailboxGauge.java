package io.weft.node;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Counts what waits for a process with a bounded mailbox, and decides what gets in: the rules of
 * {@link MailboxPolicy}. Any thread.
 *
 * <p>A message is admitted before it is queued and counts until it is taken to be handled, so that
 * the bound covers what lies in the inbox too. A message dropped in favour of a newer one cannot be
 * taken out of the middle of a queue by another thread: it stays behind without its content and is
 * passed over. There may be {@link #MAX_SHELLS} times the limit of such shells; beyond that the
 * newest is dropped, until the process gets to run.
 *
 * <p>What may be the reply to a call, or comes through an alias, is let in to be looked at by the
 * process, and needs room only if it is neither: a full mailbox must not keep a process from what
 * it waits for.
 */
@SuppressWarnings("ReferenceEquality") // messages are themselves
final class MailboxGauge {
  private static final long LOG_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MAX_SHELLS = 16;

  private final MailboxPolicy<?> policy;
  private final ArrayDeque<Message> admitted = new ArrayDeque<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  /** Messages given up that are still in the queue. */
  private final Set<Message> shells = Collections.newSetFromMap(new IdentityHashMap<>());

  private long dropped;
  private long reported;
  private long reportedAt;
  private boolean closed;

  /** A sender that waits for room. */
  private record Waiting(
      Process<?> process, Message message, CompletableFuture<@Nullable Void> sent) {}

  private MailboxGauge(MailboxPolicy<?> policy) {
    this.policy = policy;
  }

  /** Returns null for a mailbox without bound. */
  static @Nullable MailboxGauge of(MailboxPolicy<?> policy) {
    return policy.limit() == 0 ? null : new MailboxGauge(policy);
  }

  boolean failsSender() {
    return switch (policy.overflow()) {
      case FAIL_SENDER, SUSPEND_SENDER -> true;
      case DROP_NEWEST, DROP_OLDEST, DIVERT -> false;
    };
  }

  MailboxFullException full(Process<?> process) {
    return new MailboxFullException(process, policy.limit());
  }

  /** Admits a message, which the caller must then deliver; else it is dealt with. */
  boolean admit(Process<?> process, Message message) {
    return GenProtocol.mayNeedNoRoom(message) || admitArrived(process, message);
  }

  /** Admits a message that has arrived, and needs room after all; else it is dealt with. */
  boolean admitArrived(Process<?> process, Message message) {
    Message given;
    synchronized (this) {
      if (admitted.size() < policy.limit() && waiting.isEmpty() || closed) {
        admitted.add(message);
        return true;
      }
      given = giveUp(message);
      reportDropped(process);
    }
    Observer observer = process.node().observer();
    if (observer != null) {
      observer.dropped(process);
    }
    if (given == message && policy.fallback() != null) {
      divert(policy, message);
    } else {
      given.release();
    }
    return given != message;
  }

  /** Returns which message is not to be handled: an older one, or {@code newest} itself. */
  private Message giveUp(Message newest) {
    dropped++;
    boolean oldest = policy.overflow() == MailboxPolicy.Overflow.DROP_OLDEST;
    if (!oldest || shells.size() >= MAX_SHELLS * policy.limit()) {
      return newest;
    }
    Message given = admitted.remove();
    shells.add(given);
    admitted.add(newest);
    return given;
  }

  private static <M> void divert(MailboxPolicy<M> policy, Message message) {
    Address<M> fallback = policy.fallback();
    if (message instanceof LocalCall<?>) {
      message.release(); // its caller is told; a fallback answers only what was sent to it
    } else if (fallback != null) {
      fallback.tell(Contents.own(message.content()));
    }
  }

  /** Admits and delivers a message as soon as there is room. */
  CompletableFuture<@Nullable Void> admitWhenRoom(Process<?> process, Message message) {
    var sent = new CompletableFuture<@Nullable Void>();
    synchronized (this) {
      boolean full = admitted.size() >= policy.limit() || !waiting.isEmpty();
      if (full && !closed && policy.overflow() == MailboxPolicy.Overflow.SUSPEND_SENDER) {
        waiting.add(new Waiting(process, message, sent));
        return sent;
      }
    }
    process.node().router().deliverMessage(process, message);
    sent.complete(null);
    return sent;
  }

  /** A message is taken to be handled: false if it was given up meanwhile. */
  boolean taken(Message message) {
    Waiting next;
    synchronized (this) {
      if (shells.remove(message)) {
        return false;
      }
      if (!admitted.remove(message)) {
        return true; // a report of the runtime, which does not count
      }
      next = waiting.poll();
      if (next != null) {
        admitted.add(next.message);
      }
    }
    if (next != null) {
      next.process.node().router().deliver(next.process, next.message);
      next.sent.complete(null);
    }
    return true;
  }

  /** Whether a message that still waits was given up. */
  synchronized boolean gaveUp(Message message) {
    return shells.contains(message);
  }

  /** A message came too late to be handled. */
  synchronized void forget(Message message) {
    admitted.remove(message);
    shells.remove(message);
  }

  /** The process has ended. */
  void close() {
    ArrayDeque<Waiting> late;
    synchronized (this) {
      closed = true;
      admitted.clear();
      shells.clear();
      late = new ArrayDeque<>(waiting);
      waiting.clear();
    }
    late.forEach(one -> one.sent.complete(null));
  }

  synchronized int depth() {
    return admitted.size();
  }

  synchronized long dropped() {
    return dropped;
  }

  private void reportDropped(Process<?> process) {
    long now = process.node().seams().clock().nanoTime();
    if (reportedAt != 0 && now - reportedAt < LOG_INTERVAL_NANOS) {
      return;
    }
    reportedAt = now | 1;
    boolean written =
        process
            .node()
            .log()
            .mailboxes
            .warn(
                "the mailbox of {} is full at {} messages: {} not taken ({}), {} in all",
                process,
                policy.limit(),
                dropped - reported,
                policy.overflow(),
                dropped);
    if (written) {
      reported = dropped;
    }
  }
}
