@file:OptIn(ExperimentalSerializationApi::class)

package io.weft.kotlin.etf

import io.weft.mapping.EtfKeys
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.SerialInfo

/**
 * Gives a class the form of a plain tuple, its fields in the order of their declaration:
 * `{52.5,13.4}` instead of `#{lat => 52.5, lon => 13.4}`.
 *
 * Without effect on a case of a sealed hierarchy, which is a tagged tuple anyway.
 */
@SerialInfo @Target(AnnotationTarget.CLASS) @MustBeDocumented public annotation class EtfTuple

/**
 * Gives a class the form of a tagged tuple, as Erlang's records have: `SetPrice(7, 100)` is
 * `{set_price,7,100}`.
 *
 * The tag is the name of the class in the naming strategy, or that of [EtfTag]. A case of a sealed
 * hierarchy has this form anyway.
 */
@SerialInfo @Target(AnnotationTarget.CLASS) @MustBeDocumented public annotation class EtfRecord

/**
 * Gives a case of a sealed hierarchy the form `{tag, Map}`, its fields under their keys:
 * `{circle,#{radius => 5}}` instead of `{circle,5}`.
 *
 * Any other class is a map anyway; on one that has an [EtfTag] it says that this is no record.
 *
 * @property keys what the keys are; others are unknown keys
 */
@SerialInfo
@Target(AnnotationTarget.CLASS)
@MustBeDocumented
public annotation class EtfMap(val keys: EtfKeys = EtfKeys.ATOMS)

/**
 * Gives a class, or a property that is a `Map`, the form of a property list, which is Elixir's
 * keyword list: `[{host,<<"a">>},{port,80}]`.
 *
 * When decoding, an atom alone stands for `{Atom,true}`, and of several pairs with one key the
 * first counts, as in `proplists:get_value`. A case of a sealed hierarchy is `{tag, Proplist}`.
 */
@SerialInfo
@Target(AnnotationTarget.CLASS, AnnotationTarget.PROPERTY)
@MustBeDocumented
public annotation class EtfProplist

/**
 * Gives a class the form of an Elixir struct: `@EtfStruct("Shop.Order")` is `%Shop.Order{}`, a map
 * with `'__struct__' => 'Elixir.Shop.Order'`.
 *
 * What is null in it is `nil`. A case of a sealed hierarchy is told by its struct and has no tag.
 *
 * @property module as Elixir writes it
 */
@SerialInfo
@Target(AnnotationTarget.CLASS)
@MustBeDocumented
public annotation class EtfStruct(val module: String)

/**
 * Gives a class, a field or an entry of an enum the atom [name], as it is written here:
 * `@EtfTag("EXIT")`.
 *
 * On a case of a sealed hierarchy that is its tag, on a field its key. A class outside of a
 * hierarchy becomes a tagged tuple by it, as Erlang's records are: `@EtfTag("point") class
 * Point(val x: Int, val y: Int)` is `{point,1,2}`.
 *
 * @property name at most 255 code points
 */
@SerialInfo
@Target(AnnotationTarget.CLASS, AnnotationTarget.PROPERTY)
@MustBeDocumented
public annotation class EtfTag(val name: String)

/**
 * Says that a property takes what no other does: a `Map` of the keys of a map, struct or property
 * list that are unknown, and their values. They are encoded again among the others.
 */
@SerialInfo @Target(AnnotationTarget.PROPERTY) @MustBeDocumented public annotation class EtfRest

/**
 * Says that a property goes as a binary that holds its term in the external format, compressed
 * where that pays: what `term_to_binary(Term, [{compressed, 6}])` gives, and `binary_to_term/1`
 * reads.
 *
 * This is how something reaches an OTP node compressed: its connections compress nothing. What such
 * binaries of one message may take when they are decoded is limited for all of them together:
 * [Etf.Builder.limits].
 *
 * @property level how much is done for size: 0, nothing, to 9
 * @property thresholdBytes how many bytes the external format takes at least for it to be
 *   compressed
 */
@SerialInfo
@Target(AnnotationTarget.PROPERTY)
@MustBeDocumented
public annotation class EtfPacked(val level: Int = 6, val thresholdBytes: Int = 1024)
