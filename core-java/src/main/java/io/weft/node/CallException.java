package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Tuple;
import java.time.Duration;

/**
 * A call was not answered. {@link #reason()} is the first element of what {@code gen_server:call/3}
 * exits with: {@code noproc}, {@code timeout}, {@code {nodedown, Node}}, {@code calling_self}, or
 * what the server ended with; and {@code {system_limit, {message_size, Size, Limit}}} for a request
 * that is too large for the server's node. The message tells it briefly, without a stack.
 */
public final class CallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ExitReason reason;

  CallException(ExitReason reason, String message) {
    super(message, reason.cause());
    this.reason = reason;
  }

  /** Returns what tells that the callee ended, or is not there. */
  public static CallException ended(Object callee, ExitReason why) {
    return new CallException(why, "call to " + callee + " was not answered: " + why.brief());
  }

  /** Returns what tells that the callee's node could not be reached. */
  public static CallException nodedown(Object callee, Atom node) {
    ExitReason why = ExitReason.of(Tuple.of(Atom.of("nodedown"), node));
    return new CallException(
        why,
        "call to "
            + callee
            + " was not answered: "
            + why.brief()
            + "; the log says why there is no connection");
  }

  /** Returns what tells that the callee was too slow. */
  public static CallException timeout(Object callee, long millis) {
    return new CallException(
        ExitReason.of(Atom.of("timeout")),
        "call to " + callee + " was not answered within " + millis + " ms");
  }

  /**
   * Returns what tells that a call was not even made: {@code timeout}, for the time in which its
   * result could be of use is over.
   *
   * @param since how long ago the deadline was
   */
  public static CallException tooLate(Address<?> callee, Duration since) {
    return new CallException(
        ExitReason.of(Atom.of("timeout")),
        "call to "
            + callee
            + " was not made: the deadline of its caller has passed, "
            + since.toMillis()
            + " ms ago");
  }

  static CallException callingSelf(Object callee) {
    return new CallException(
        ExitReason.of(Atom.of("calling_self")),
        "process "
            + callee
            + " called itself and would wait for ever: call a function instead, or tell");
  }

  static CallException refused(Object callee, String why) {
    return new CallException(
        ExitReason.of(Atom.of("bad_request")), "call to " + callee + " was refused: " + why);
  }

  static CallException overload(Object callee) {
    return new CallException(
        ExitReason.OVERLOAD, "call to " + callee + " was not taken: its mailbox is full");
  }

  static CallException tooLarge(Object callee, MessageTooLargeException why) {
    return new CallException(
        why.reason(), "call to " + callee + " was not sent: " + why.getMessage());
  }

  /** Returns what tells that the reply is none of the expected type. */
  public static CallException badReply(Object callee, TermMappingException why) {
    var failure =
        new CallException(
            ExitReason.of(Atom.of("bad_reply")),
            "reply of " + callee + " is not of the expected type: " + why.getMessage());
    failure.addSuppressed(why);
    return failure;
  }

  /** Returns why there is no reply. */
  public ExitReason reason() {
    return reason;
  }
}
