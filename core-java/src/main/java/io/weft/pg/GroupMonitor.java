package io.weft.pg;

import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.List;
import java.util.Map;

/**
 * Tells of changes until it is closed, or who is told has ended.
 *
 * @see ProcessGroups#monitor
 */
public final class GroupMonitor implements AutoCloseable {
  private final Map<Term, List<Pid>> before;
  private final Runnable close;

  GroupMonitor(Map<Term, List<Pid>> before, Runnable close) {
    this.before = before;
    this.close = close;
  }

  /**
   * Returns who was a member, by group, when the monitor began: what it tells are the changes since
   * then, and all of them.
   */
  public Map<Term, List<Pid>> before() {
    return before;
  }

  /** Ends it. What was told already may still wait in a mailbox. Any thread; idempotent. */
  @Override
  public void close() {
    close.run();
  }
}
