package io.weft.mapping;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;

/**
 * A type with its arguments and annotations, which a {@code Class} cannot tell: {@code new
 * TermType<Page<Order>>() {}}.
 *
 * @param <T> the type
 */
public abstract class TermType<T> {
  final AnnotatedType type;

  /**
   * Captures the type argument of the subclass.
   *
   * @throws IllegalArgumentException if the subclass names none
   */
  protected TermType() {
    if (getClass().getSuperclass() == TermType.class
        && getClass().getAnnotatedSuperclass() instanceof AnnotatedParameterizedType self) {
      type = self.getAnnotatedActualTypeArguments()[0];
    } else {
      throw new IllegalArgumentException("write it as new TermType<Some<Type>>() {}");
    }
  }
}
