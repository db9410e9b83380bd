package io.weft.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a record the form of a plain tuple, its components in their order: {@code {52.5,13.4}}
 * instead of {@code #{lat => 52.5, lon => 13.4}}.
 *
 * <p>Without effect on a case of a sealed interface, which is a tagged tuple anyway.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EtfTuple {}
