package io.weft.node;

/** A message was not sent: the mailbox of its receiver is full, and fails its senders. */
public final class MailboxFullException extends SystemLimitException {
  private static final long serialVersionUID = 1L;

  MailboxFullException(Object receiver, int limit) {
    super(
        limit,
        "the mailbox of "
            + receiver
            + " is full: "
            + limit
            + " messages wait; send less, or give it another MailboxPolicy");
  }
}
