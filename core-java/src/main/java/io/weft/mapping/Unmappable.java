package io.weft.mapping;

import io.weft.term.Term;
import java.util.Collection;
import java.util.stream.Collectors;

/** What is wrong with a type that is to be mapped, in words that tell the way out. */
final class Unmappable {
  private Unmappable() {}

  static IllegalArgumentException twice(Class<?> owner, String what, Term term) {
    return new IllegalArgumentException(
        "%s has two %s for %s: give one another @EtfTag".formatted(owner.getName(), what, term));
  }

  static IllegalArgumentException of(Class<?> type, String why) {
    return new IllegalArgumentException(type.getName() + " " + why);
  }

  static String list(Collection<? extends Object> items) {
    return items.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
