package io.weft.node;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages a process has taken in and not handled yet, in order. Used in the turns of its
 * process only.
 */
final class MessageQueue {
  private @Nullable Signal first;
  private @Nullable Signal last;
  private int size;

  void add(Signal message) {
    message.next = null;
    if (last == null) {
      first = message;
    } else {
      last.next = message;
    }
    last = message;
    size++;
  }

  @Nullable Signal poll() {
    Signal message = first;
    if (message == null) {
      return null;
    }
    first = message.next;
    if (first == null) {
      last = null;
    }
    message.next = null;
    size--;
    return message;
  }

  /** Removes the first message with a payload that matches, if there is one. */
  void removeFirst(Predicate<Object> matches) {
    Signal before = null;
    for (Signal at = first; at != null; before = at, at = at.next) {
      if (at instanceof Signal.Message message && matches.test(message.payload)) {
        unlink(before, at);
        return;
      }
    }
  }

  private void unlink(@Nullable Signal before, Signal message) {
    if (before == null) {
      first = message.next;
    } else {
      before.next = message.next;
    }
    if (last == message) {
      last = before;
    }
    message.next = null;
    size--;
  }

  void clear() {
    first = null;
    last = null;
    size = 0;
  }

  boolean isEmpty() {
    return first == null;
  }

  int size() {
    return size;
  }
}
