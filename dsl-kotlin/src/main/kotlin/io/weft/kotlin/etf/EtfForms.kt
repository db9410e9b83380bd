@file:OptIn(ExperimentalSerializationApi::class)

package io.weft.kotlin.etf

import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.SerialInfo
import kotlinx.serialization.descriptors.SerialDescriptor

/**
 * Gives a class the form of a plain tuple, its fields in the order of their declaration:
 * `{52.5,13.4}` instead of `#{lat => 52.5, lon => 13.4}`.
 *
 * Without effect on a case of a sealed hierarchy, which is a tagged tuple anyway.
 */
@SerialInfo @Target(AnnotationTarget.CLASS) @MustBeDocumented public annotation class EtfTuple

/**
 * Gives a case of a sealed hierarchy the form `{tag, Map}`, its fields under their keys:
 * `{circle,#{radius => 5}}` instead of `{circle,5}`.
 *
 * Any other class is a map anyway; on one that has an [EtfTag] it says that this is no record.
 */
@SerialInfo @Target(AnnotationTarget.CLASS) @MustBeDocumented public annotation class EtfMap

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

/** The form of a class that is not a case of a hierarchy. */
internal enum class ClassForm {
  MAP,
  TUPLE,
  RECORD,
}

internal val SerialDescriptor.form: ClassForm
  get() {
    val marks = annotations
    return when {
      marks.any { it is EtfMap } -> ClassForm.MAP
      marks.any { it is EtfTag } -> ClassForm.RECORD
      marks.any { it is EtfTuple } || serialName in PLAIN_TUPLES -> ClassForm.TUPLE
      else -> ClassForm.MAP
    }
  }

/** Whether the class, as a case of a hierarchy, keeps its fields in a map. */
internal val SerialDescriptor.isMapCase: Boolean
  get() = annotations.any { it is EtfMap }

private val PLAIN_TUPLES = setOf("kotlin.Pair", "kotlin.Triple")
