package io.weft.mapping;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a record, or a {@code Map} where it is used, the form of a property list, which is Elixir's
 * keyword list: {@code [{host,<<"a">>},{port,80}]}.
 *
 * <p>When decoding, an atom alone stands for {@code {Atom,true}}, and of several pairs with one key
 * the first counts, as in {@code proplists:get_value}. A case of a sealed interface is {@code {tag,
 * Proplist}}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.TYPE_USE})
public @interface EtfProplist {}
