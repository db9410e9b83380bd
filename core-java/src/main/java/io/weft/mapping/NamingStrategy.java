package io.weft.mapping;

/**
 * How the name of a type, a component or a constant becomes the name of an atom. Of a nested type,
 * or one with a package, the name is the last part.
 */
@FunctionalInterface
public interface NamingStrategy {
  /**
   * {@code addItem} and {@code AddItem} are {@code add_item}, {@code HTTPPort} is {@code
   * http_port}, {@code VERY_FAST} is {@code very_fast}. The default.
   */
  NamingStrategy SNAKE_CASE = NamingStrategy::snakeCase;

  /** As it is written: {@code unitPrice} stays that. */
  NamingStrategy AS_WRITTEN = name -> name;

  /** Returns the name of the atom. */
  String nameOf(String name);

  private static String snakeCase(String name) {
    var text = new StringBuilder(name.length() + 4);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (i > 0 && Character.isUpperCase(c) && name.charAt(i - 1) != '_') {
        boolean afterWord = !Character.isUpperCase(name.charAt(i - 1));
        boolean beforeWord = i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
        if (afterWord || beforeWord) {
          text.append('_');
        }
      }
      text.append(Character.toLowerCase(c));
    }
    return text.toString();
  }
}
