package io.weft.observe;

import io.weft.node.Info;
import io.weft.term.Term;

/**
 * What a message is called in metrics and spans: its type, so that there are not more names than
 * the code has types. Never what a peer sent.
 */
final class TypeName {
  private static final ClassValue<String> NAMES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return nameOf(type);
        }
      };

  private TypeName() {}

  static String of(Object message) {
    return message instanceof Term ? "term" : NAMES.get(message.getClass());
  }

  static String of(Class<?> type) {
    return NAMES.get(type);
  }

  /** The name within its package: {@code Counter.Add}. */
  private static String nameOf(Class<?> type) {
    if (Info.class.isAssignableFrom(type)) {
      return "info." + type.getSimpleName();
    }
    String full = type.getTypeName();
    int dot = full.lastIndexOf('.', full.indexOf('$') < 0 ? full.length() : full.indexOf('$'));
    String name = full.substring(dot + 1);
    int hidden = name.indexOf('/'); // a lambda
    return (hidden < 0 ? name : name.substring(0, hidden)).replace('$', '.');
  }
}
