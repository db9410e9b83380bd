package io.weft.gen;

import io.weft.node.TermCodec;

/**
 * The name of a handler in an {@link EventManager}, and what it can be asked.
 *
 * @param name tells it from the other handlers of a manager; an atom to foreign nodes
 * @param protocol the type of the requests it answers
 * @param codec how those look to foreign nodes
 */
public record HandlerId<Q>(String name, Class<Q> protocol, TermCodec<Q> codec) {
  /** Returns the id of a handler that answers requests of this node. */
  public static <Q> HandlerId<Q> of(String name, Class<Q> protocol) {
    return new HandlerId<>(name, protocol, TermCodec.localOnly("the event handler " + name));
  }

  /** Returns the id of a handler that is asked nothing. */
  public static HandlerId<Void> of(String name) {
    return of(name, Void.class);
  }
}
