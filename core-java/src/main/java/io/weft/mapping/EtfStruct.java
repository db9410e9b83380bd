package io.weft.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a record the form of an Elixir struct: {@code @EtfStruct("Shop.Order")} is {@code
 * %Shop.Order{}}, a map with {@code '__struct__' => 'Elixir.Shop.Order'}.
 *
 * <p>What is absent in it is {@code nil}. A case of a sealed interface is told by its struct and
 * has no tag.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EtfStruct {
  /** The module as Elixir writes it. */
  String value();
}
