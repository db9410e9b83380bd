package io.weft.gen;

import io.weft.node.TermCodec;
import java.util.Objects;

/**
 * Something that happens again and again, and that processes can subscribe to by its name: see
 * {@link Events}.
 *
 * @param name tells it from the other events of a node
 * @param type the type of its messages
 * @param codec how its messages look to subscribers on other nodes; its replies are not used
 */
public record Event<E>(String name, Class<E> type, TermCodec<E> codec) {
  public Event {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(codec);
  }

  /** Returns an event whose messages never leave their node. */
  public static <E> Event<E> local(String name, Class<E> type) {
    return new Event<>(name, type, TermCodec.localOnly("the event " + name));
  }
}
