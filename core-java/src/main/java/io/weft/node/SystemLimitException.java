package io.weft.node;

/**
 * A limit of the node was reached: OTP's {@code system_limit}. Each limit has an exception of its
 * own; the message says which limit, what reached it, and what to do.
 *
 * <p>A process that lets one escape ends with {@code {system_limit, Stack}}.
 */
public abstract sealed class SystemLimitException extends RuntimeException
    permits MailboxFullException, MessageTooLargeException, TooManyProcessesException {
  private static final long serialVersionUID = 1L;

  private final long limit;

  SystemLimitException(long limit, String message) {
    super(message);
    this.limit = limit;
  }

  /** Returns the limit: so many processes, messages or bytes are allowed. */
  public final long limit() {
    return limit;
  }
}
