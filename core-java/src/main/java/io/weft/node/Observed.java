package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A process as an {@link Observer} sees it, from any thread. */
public interface Observed {
  /** Returns its identity. */
  Pid pid();

  /** Returns what reports and logs call it: that of its blueprint, so the same for all its kind. */
  String label();

  /** Returns the registered name, or null. */
  @Nullable Atom name();

  /** Returns its node. */
  Node node();

  /** Returns the type of its messages, or null if it is not known. */
  @Nullable Class<?> protocol();

  /**
   * Returns how many messages wait, as far as the process came to take them in; all of them if its
   * mailbox has a bound. An estimate.
   */
  int waitingMessages();

  /** Returns for how long the mailbox has not been empty, as {@link ProcessInfo#backlogAge}. */
  Duration backlogAge();
}
