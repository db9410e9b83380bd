package io.weft.kotlin

import io.weft.kotlin.etf.Etf
import io.weft.kotlin.etf.SerialCodec
import io.weft.node.Blueprint
import io.weft.node.TermCodec
import kotlin.reflect.KClass
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.InternalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.serializer
import kotlinx.serialization.serializerOrNull

/**
 * Returns how a serializable protocol looks as terms: the forms of [Etf].
 *
 * A reply has the form of the `R` in the `Request<R>` that its request implements; nothing needs to
 * be registered.
 *
 * ```
 * val counter: Address<Counter> = node.address("counter", "shop@host", codecOf<Counter>())
 * ```
 *
 * @throws kotlinx.serialization.SerializationException if [P] has no serializer
 */
public inline fun <reified P : Any> codecOf(): TermCodec<P> = codecOf(Etf, serializer<P>())

/** Returns how a protocol looks as terms, by a serializer of its own and a format with options. */
public fun <P : Any> codecOf(etf: Etf, protocol: KSerializer<P>): TermCodec<P> =
  SerialCodec(etf, protocol)

/**
 * The codec of [protocol] if it is serializable: not a mere interface, whose cases nobody knows.
 */
@OptIn(InternalSerializationApi::class, ExperimentalSerializationApi::class)
internal fun <P : Any> codecOrNull(protocol: KClass<P>): TermCodec<P>? =
  reachableSerializer(protocol)
    ?.takeUnless { it.descriptor.kind == PolymorphicKind.OPEN }
    ?.let { codecOf(Etf, it) }

/** An object that is private to its file has no serializer that could be reached. */
@OptIn(InternalSerializationApi::class)
private fun <P : Any> reachableSerializer(protocol: KClass<P>): KSerializer<P>? =
  try {
    protocol.serializerOrNull()
  } catch (_: IllegalAccessException) {
    null
  }

/**
 * Returns the blueprint of an actor for [protocol], which foreign nodes can speak if it is
 * serializable.
 */
internal fun <P : Any> Blueprint<P>.speaking(protocol: KClass<P>): Blueprint<P> {
  val typed = protocol(protocol.java)
  return codecOrNull(protocol)?.let(typed::codec) ?: typed
}
