package io.weft.gen;

import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The things a type is made of, as far as the compiler keeps count of them. */
final class Leaves {
  private Leaves() {}

  /**
   * Returns the constants of an enum and the classes below a sealed type; nothing for a type that
   * anyone may extend.
   */
  static Set<Object> of(Class<?> type) {
    Set<Object> leaves = new LinkedHashSet<>();
    collect(type, leaves);
    return leaves;
  }

  private static void collect(Class<?> type, Set<Object> leaves) {
    Object[] constants = type.getEnumConstants();
    if (constants != null) {
      leaves.addAll(List.of(constants));
      return;
    }
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, leaves);
      }
    }
    if (!Modifier.isAbstract(type.getModifiers())
        && (type.isSealed() || Modifier.isFinal(type.getModifiers()))) {
      leaves.add(type);
    }
  }
}
