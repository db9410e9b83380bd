package io.weft.gen;

import io.weft.node.ExitReason;

/** Why a handler leaves its {@link EventManager}: what gen_event passes to terminate. */
public sealed interface HandlerEnd {
  /** Somebody deleted it, or swapped it for another. */
  record Deleted() implements HandlerEnd {}

  /** It asked to be removed: {@code remove_handler}. */
  record Removed() implements HandlerEnd {}

  /** The process that supervised it ended: {@code {stop, Reason}}. */
  record OwnerEnded(ExitReason reason) implements HandlerEnd {}

  /** The manager ends: {@code stop}. */
  record Stopped() implements HandlerEnd {}

  /** It failed: {@code {error, {'EXIT', Reason}}}. */
  record Failed(ExitReason reason) implements HandlerEnd {}
}
