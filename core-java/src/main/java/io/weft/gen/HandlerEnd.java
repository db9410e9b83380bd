package io.weft.gen;

import io.weft.node.ExitReason;
import org.jspecify.annotations.Nullable;

/** Why a handler leaves its {@link EventManager}: what gen_event passes to terminate. */
public sealed interface HandlerEnd {
  /**
   * Somebody deleted it, or swapped it for another.
   *
   * @param arguments what was given along; null for nothing, a term if a foreign node gave it
   */
  record Deleted(@Nullable Object arguments) implements HandlerEnd {}

  /** It asked to be removed: {@code remove_handler}. */
  record Removed() implements HandlerEnd {}

  /** The process that supervised it ended: {@code {stop, Reason}}. */
  record OwnerEnded(ExitReason reason) implements HandlerEnd {}

  /** The manager ends: {@code stop}. */
  record Stopped() implements HandlerEnd {}

  /** It failed: {@code {error, {'EXIT', Reason}}}. */
  record Failed(ExitReason reason) implements HandlerEnd {}
}
