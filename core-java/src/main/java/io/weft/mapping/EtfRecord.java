package io.weft.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a record the form of a tagged tuple, as Erlang's records have: {@code record SetPrice(long
 * id, long price)} is {@code {set_price,7,100}}.
 *
 * <p>The tag is the name of the type in the naming strategy, or that of {@link EtfTag}. A case of a
 * sealed interface has this form anyway.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EtfRecord {}
