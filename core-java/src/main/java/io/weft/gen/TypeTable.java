package io.weft.gen;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to types, of which each server has a few and there may be millions of servers: a row
 * of pairs as long as it is short, then a map.
 */
@SuppressWarnings("ReferenceEquality") // types are themselves
class TypeTable<V> {
  /** As many comparisons cost no more than a look-up in a map. */
  private static final int MAX_PAIRS = 8;

  private static final Object[] NONE = {};

  /** A type and its value, by turns. */
  private Object[] pairs = NONE;

  /** All of them, once they are many. */
  private @Nullable Map<Class<?>, V> many;

  /** Adds a value; false if the type has one already. */
  final boolean enter(Class<?> type, V value) {
    if (get(type) != null) {
      return false;
    }
    if (many == null && pairs.length < 2 * MAX_PAIRS) {
      Object[] longer = Arrays.copyOf(pairs, pairs.length + 2);
      longer[pairs.length] = type;
      longer[pairs.length + 1] = value;
      pairs = longer;
    } else {
      all().put(type, value);
    }
    return true;
  }

  private Map<Class<?>, V> all() {
    Map<Class<?>, V> map = many;
    if (map == null) {
      map = new HashMap<>();
      for (int i = 0; i < pairs.length; i += 2) {
        map.put((Class<?>) pairs[i], value(i));
      }
      many = map;
      pairs = NONE;
    }
    return map;
  }

  /** Returns the value of exactly this type, or null. */
  final @Nullable V get(Class<?> type) {
    if (many != null) {
      return many.get(type);
    }
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i] == type) {
        return value(i);
      }
    }
    return null;
  }

  final boolean isEmpty() {
    return pairs.length == 0 && many == null;
  }

  @SuppressWarnings("unchecked") // nothing else is put there
  private V value(int index) {
    return (V) pairs[index + 1];
  }
}
