package io.weft.node;

import io.weft.term.Pid;
import org.jspecify.annotations.Nullable;

/**
 * Looks at each process of a node before its first moment, and may have its start fail: what tests
 * inject failures by, and learn from who started what. Called by the thread that starts the
 * process; it must not block.
 */
@FunctionalInterface
public interface StartGate {
  /**
   * Returns the reason for which the process ends in its start; null if it may start.
   *
   * @param starter the process in whose turn it was started; null for a thread outside of processes
   */
  @Nullable ExitReason refusal(Blueprint<?> blueprint, Pid process, @Nullable Pid starter);
}
