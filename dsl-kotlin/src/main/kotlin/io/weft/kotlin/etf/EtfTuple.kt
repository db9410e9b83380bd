package io.weft.kotlin.etf

import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.SerialInfo

/**
 * Gives a class the form of a plain tuple, its fields in the order of their declaration: `{52.5,
 * 13.4}` instead of `#{lat => 52.5, lon => 13.4}`.
 *
 * Without effect on a case of a sealed hierarchy, which is a tagged tuple anyway.
 */
@OptIn(ExperimentalSerializationApi::class)
@SerialInfo
@Target(AnnotationTarget.CLASS)
@MustBeDocumented
public annotation class EtfTuple
