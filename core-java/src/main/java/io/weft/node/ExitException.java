package io.weft.node;

/**
 * Ends the process that throws it, with {@link #reason()}: what {@code exit(Reason)} is in Erlang.
 * No stack is kept.
 */
public final class ExitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ExitReason reason;

  public ExitException(ExitReason reason) {
    super("exit: " + reason.brief(), reason.cause(), false, false);
    this.reason = reason;
  }

  /** Returns what the process ends with. */
  public ExitReason reason() {
    return reason;
  }
}
