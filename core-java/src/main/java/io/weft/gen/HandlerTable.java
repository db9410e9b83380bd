package io.weft.gen;

import io.weft.node.From;
import org.jspecify.annotations.Nullable;

/** Which code handles which type of message: at most one for each, and the nearest type counts. */
final class HandlerTable extends TypeTable<HandlerTable.Entry> {
  /** What an entry does; {@code from} is null where nobody waits for a reply. */
  @FunctionalInterface
  interface Entry {
    void handle(Object message, @Nullable From from) throws Exception;
  }

  private final Class<?> protocol;

  /** What was looked up last: the next message is of the same class most of the time. */
  private @Nullable Class<?> lastType;

  private @Nullable Entry lastEntry;

  HandlerTable(Class<?> protocol) {
    this.protocol = protocol;
  }

  void add(Class<?> type, Entry entry) {
    if (!protocol.isAssignableFrom(type)) {
      throw new IllegalArgumentException(
          type.getName() + " is no message of the protocol " + protocol.getName());
    }
    if (!enter(type, entry)) {
      throw new IllegalArgumentException(type.getName() + " has two handlers");
    }
    lastType = null;
  }

  // --- look-up
  // ------------------------------------------------------------------------------------------------

  /**
   * Returns the entry for a message: that of its class, or of the nearest type above it that has
   * one.
   */
  @Nullable Entry entryFor(Object message) {
    Class<?> type = message.getClass();
    if (type != lastType) {
      lastEntry = lookUp(type);
      lastType = type;
    }
    return lastEntry;
  }

  private @Nullable Entry lookUp(Class<?> messageType) {
    for (Class<?> type = messageType; type != null; type = type.getSuperclass()) {
      Entry entry = get(type);
      if (entry == null) {
        entry = entryOfInterface(type);
      }
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private @Nullable Entry entryOfInterface(Class<?> type) {
    for (Class<?> above : type.getInterfaces()) {
      Entry own = get(above);
      Entry entry = own == null ? entryOfInterface(above) : own;
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  // --- completeness
  // ------------------------------------------------------------------------------------------------

  /**
   * Checks that every message of a sealed protocol has a handler, and that of any other protocol
   * something is handled.
   *
   * @throws IllegalStateException naming those that have none
   */
  void requireComplete() {
    if (isEmpty() && !protocol.isSealed()) {
      MissingHandlers.refuseAll(protocol);
    }
    MissingHandlers.refuse(protocol, type -> get(type) != null);
  }
}
