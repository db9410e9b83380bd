package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;

/**
 * Something was not sent to another node: it takes more than {@link NodeOptions#maxMessageBytes}.
 */
public final class MessageTooLargeException extends SystemLimitException {
  private static final long serialVersionUID = 1L;

  private static final Atom MESSAGE_SIZE = Atom.of("message_size");

  private final long size;

  MessageTooLargeException(Object receiver, long size, int limit) {
    super(
        limit,
        "a message to "
            + receiver
            + " takes "
            + size
            + " bytes, more than the "
            + limit
            + " that NodeOptions.maxMessageBytes allows: send it in parts, or raise the limit");
    this.size = size;
  }

  /** Returns how many bytes it takes in the external format. */
  public long size() {
    return size;
  }

  /** Returns {@code {system_limit, {message_size, Size, Limit}}}: what others are told. */
  public ExitReason reason() {
    return ExitReason.of(term(size, (int) limit()));
  }

  static Term term(long size, int limit) {
    return Tuple.of(
        ExitReason.SYSTEM_LIMIT.term(),
        Tuple.of(MESSAGE_SIZE, new IntTerm(size), new IntTerm(limit)));
  }
}
