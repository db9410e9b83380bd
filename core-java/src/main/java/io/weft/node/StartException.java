package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Tuple;

/** A process ended before it served. The message tells briefly why, {@link #reason} all of it. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ExitReason reason;

  public StartException(String label, ExitReason reason) {
    super(label + " did not start: " + reason.brief(), reason.cause());
    this.reason = reason;
  }

  /** The process decided in its start not to serve: its reason is {@code ignore}. */
  public static StartException ignored(String label) {
    return new StartException(label, ExitReason.of(Atom.of("ignore")));
  }

  /** Returns why. */
  public ExitReason reason() {
    return reason;
  }

  /** Returns {@code {already_started, Pid}}: the name is taken. */
  public static ExitReason alreadyStarted(Pid holder) {
    return ExitReason.of(Tuple.of(Atom.of("already_started"), holder));
  }
}
