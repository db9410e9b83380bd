package io.weft.node;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages a process has taken in and not handled yet, in order: a list through the messages
 * themselves. Used in the turns of its process only, except {@link #depth}.
 */
@SuppressWarnings("ReferenceEquality") // messages are themselves
abstract class Mailbox extends Inbox {
  private @Nullable Message first;
  private @Nullable Message last;
  private int size;

  final void add(Message message) {
    message.next = null;
    Message before = last;
    if (before == null) {
      first = message;
    } else {
      before.next = message;
    }
    last = message;
    size++;
  }

  final @Nullable Message poll() {
    Message message = first;
    if (message == null) {
      return null;
    }
    first = following(message);
    if (first == null) {
      last = null;
    }
    message.next = null;
    size--;
    return message;
  }

  /**
   * Removes and returns the first message that matches, or null. Looks only behind {@code seen},
   * the last one known not to match, if that is given.
   */
  final @Nullable Message take(@Nullable Message seen, Predicate<Message> matches) {
    Message before = seen;
    for (Message at = before == null ? first : following(before); at != null; ) {
      if (matches.test(at)) {
        unlink(before, at);
        return at;
      }
      before = at;
      at = following(at);
    }
    return null;
  }

  final void forEach(Consumer<Message> action) {
    for (Message at = first; at != null; at = following(at)) {
      action.accept(at);
    }
  }

  /** Returns the newest message, or null. */
  final @Nullable Message newest() {
    return last;
  }

  private void unlink(@Nullable Message before, Message message) {
    if (before == null) {
      first = following(message);
    } else {
      before.next = message.next;
    }
    if (last == message) {
      last = before;
    }
    message.next = null;
    size--;
  }

  /** In a mailbox a message is followed by messages only. */
  private static @Nullable Message following(Message message) {
    return (Message) message.next;
  }

  final boolean hasMessages() {
    return first != null;
  }

  /**
   * Returns how many messages wait, those still in the inbox not counted. Elsewhere an estimate.
   */
  final int depth() {
    return size;
  }
}
