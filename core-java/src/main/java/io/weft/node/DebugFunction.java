package io.weft.node;

import io.weft.term.Pid;
import org.jspecify.annotations.Nullable;

/**
 * Looks on at what a process does: what {@code sys:install} puts into a process. See {@link
 * Sys#install}.
 *
 * @param <S> what it remembers from one event to the next
 */
@FunctionalInterface
public interface DebugFunction<S> {
  /**
   * Is told of an event, in the turn of the process in which it happens; must not block.
   *
   * @param state what it returned for the event before
   * @return what it wants to remember, or null if it has seen enough: then it is removed, as it is
   *     when it fails
   */
  @Nullable S event(S state, SystemEvent event, Pid process) throws Exception;
}
