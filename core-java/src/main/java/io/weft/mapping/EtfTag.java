package io.weft.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a type, a component of a record or a constant of an enum the atom {@link #value}, as it is
 * written here: {@code @EtfTag("EXIT")}.
 *
 * <p>On a case of a sealed interface that is its tag, on a component its key. A record outside of a
 * hierarchy becomes a tagged tuple by it, as {@link EtfRecord} says.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface EtfTag {
  /** At most 255 code points. */
  String value();
}
