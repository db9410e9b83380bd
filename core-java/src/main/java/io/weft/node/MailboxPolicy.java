package io.weft.node;

import org.jspecify.annotations.Nullable;

/**
 * How many messages may wait in a mailbox, and what becomes of one more. Exit signals, links,
 * monitors and their reports are no messages in this sense: they always get through.
 *
 * <p>A message that was not taken is counted, and told in the log at a limited rate; a call that
 * was not taken is answered at once with the reason {@code overload}.
 *
 * @param limit how many messages may wait, those under way to the process included; 0 for any
 *     number
 * @param overflow what becomes of one more
 * @param fallback where {@link Overflow#DIVERT} sends it
 */
public record MailboxPolicy<M>(int limit, Overflow overflow, @Nullable Address<M> fallback) {

  /** What becomes of a message to a full mailbox. */
  public enum Overflow {
    /**
     * The sender inside the node gets a {@link MailboxFullException}; what comes from another node
     * is dropped.
     */
    FAIL_SENDER,
    /** The message is dropped. */
    DROP_NEWEST,
    /** The message that waits longest is dropped in its favour. */
    DROP_OLDEST,
    /** The message goes to another process. */
    DIVERT,
    /**
     * A sender that can wait, waits: {@link BlockingSelf#send} and {@link Address#tellWhenRoom}. To
     * others it is as {@link #FAIL_SENDER}.
     */
    SUSPEND_SENDER
  }

  public MailboxPolicy {
    if (limit < 0) {
      throw new IllegalArgumentException("a mailbox cannot hold " + limit + " messages");
    }
    if ((overflow == Overflow.DIVERT) != (fallback != null)) {
      throw new IllegalArgumentException("a fallback goes with DIVERT, and only with it");
    }
  }

  /** Returns the policy of a mailbox that takes everything. */
  public static <M> MailboxPolicy<M> unbounded() {
    return new MailboxPolicy<>(0, Overflow.FAIL_SENDER, null);
  }

  /** Returns the policy of a mailbox for {@code limit} messages. */
  public static <M> MailboxPolicy<M> bounded(int limit, Overflow overflow) {
    if (limit == 0) {
      throw new IllegalArgumentException("a bounded mailbox holds at least one message");
    }
    return new MailboxPolicy<>(limit, overflow, null);
  }

  /** Returns the policy of a mailbox for {@code limit} messages; more go to {@code fallback}. */
  public static <M> MailboxPolicy<M> diverting(int limit, Address<M> fallback) {
    return new MailboxPolicy<>(limit, Overflow.DIVERT, fallback);
  }
}
