package io.weft.node;

/**
 * A limit of the node was reached: OTP's {@code system_limit}. The message says which, and what to
 * do.
 */
public final class SystemLimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SystemLimitException(String message) {
    super(message);
  }
}
