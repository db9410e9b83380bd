package io.weft.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a case of a sealed interface the form {@code {tag, Map}}, its components under their keys:
 * {@code {circle,#{radius => 5}}} instead of {@code {circle,5}}.
 *
 * <p>Any other record is a map anyway; on one that has an {@link EtfTag} it says that this is no
 * tagged tuple.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EtfMap {
  /** What the keys are. Others are unknown keys. */
  EtfKeys keys() default EtfKeys.ATOMS;
}
