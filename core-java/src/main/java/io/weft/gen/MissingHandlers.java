package io.weft.gen;

import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which messages of a protocol nobody handles: the one home of that rule, for servers and for those
 * who make shapes of processes of their own.
 *
 * <p>The messages of a sealed protocol are known: each needs a handler of its class, or of a type
 * of the protocol above it. Of a protocol that is not sealed no message is missed.
 */
public final class MissingHandlers {
  private final Class<?> protocol;
  private final Predicate<Class<?>> handled;
  private final Set<String> missing = new TreeSet<>();

  private MissingHandlers(Class<?> protocol, Predicate<Class<?>> handled) {
    this.protocol = protocol;
    this.handled = handled;
  }

  /**
   * Checks that every message of a sealed protocol has a handler.
   *
   * @param handled tells of a type whether it has a handler, which is that of all types below
   * @throws IllegalStateException naming those that have none
   */
  public static void refuse(Class<?> protocol, Predicate<Class<?>> handled) {
    var rule = new MissingHandlers(protocol, handled);
    rule.collect(protocol);
    if (!rule.missing.isEmpty()) {
      throw rule.refusal();
    }
  }

  /** Refuses a protocol of which nothing is handled at all. */
  static void refuseAll(Class<?> protocol) {
    var rule = new MissingHandlers(protocol, _ -> false);
    rule.missing.add(protocol.getSimpleName());
    throw rule.refusal();
  }

  private IllegalStateException refusal() {
    return new IllegalStateException(
        "no handler for " + String.join(", ", missing) + " of the protocol " + protocol.getName());
  }

  private void collect(Class<?> type) {
    if (handled.test(type)) {
      return;
    }
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted);
      }
    }
    if (!type.isInterface() && !Modifier.isAbstract(type.getModifiers())) {
      missing.add(type.getSimpleName());
    }
  }
}
