package io.weft.kotlin.etf

import io.weft.etf.Etf as ExternalTermFormat
import io.weft.etf.EtfException
import io.weft.term.Term
import kotlinx.serialization.BinaryFormat
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.SerializationStrategy
import kotlinx.serialization.modules.EmptySerializersModule
import kotlinx.serialization.modules.SerializersModule
import kotlinx.serialization.modules.overwriteWith
import kotlinx.serialization.serializer

/**
 * Kotlin values as Erlang terms, and as bytes of the external term format.
 *
 * |Kotlin                                      |term                                                  |also accepted when decoding|
 * |--------------------------------------------|------------------------------------------------------|---------------------------|
 * |`Byte` .. `Long`, `UByte` .. `ULong`, `Char`|integer, checked against the range of the type        |                           |
 * |`Float`, `Double`                           |float; NaN and infinities are refused                 |integer                    |
 * |`Boolean`                                   |`true`, `false`                                       |                           |
 * |`String`                                    |binary in UTF-8                                       |list of code points        |
 * |`ByteArray`                                 |binary                                                |                           |
 * |`null`                                      |`undefined`                                           |`nil`                      |
 * |`Unit`                                      |`ok`                                                  |                           |
 * |`List`, `Set`, arrays                       |proper list                                           |                           |
 * |`Map`                                       |map                                                   |                           |
 * |enum entry, `object`                        |atom in snake_case: `VeryFast` is `very_fast`         |                           |
 * |case of a sealed hierarchy                  |tagged tuple, fields in order: `{add,5}`              |                           |
 * |case without fields                         |its tag: `get`                                        |`{get}`                    |
 * |case marked [EtfMap]                        |its tag and a map: `{add,#{n => 5}}`                  |                           |
 * |`Pair`, `Triple`, class marked [EtfTuple]   |tuple                                                 |                           |
 * |class marked [EtfTag]                       |tagged tuple, as a record: `{point,1,2}`              |                           |
 * |any other class                             |map with snake_case atoms as keys: `#{sku => <<"x">>}`|                           |
 * |value class                                 |what it wraps                                         |                           |
 * |[Term] and its subtypes, `BigInteger`       |itself                                                |                           |
 *
 * The tag of a case, the key of a field and the atom of an entry are the snake_case of its name, or
 * of its `@SerialName`; of a dotted name the last segment. [EtfTag] gives one as it is. A case is
 * tagged where the static type is the sealed one, as in a list of the sealed type or a protocol; on
 * its own it is a class like any other.
 *
 * Fields with default values may be missing: as keys of a map, or at the end of a tuple. Unknown
 * keys are an error unless [Builder.ignoreUnknownKeys] is set.
 *
 * Terms inside of classes need their serializer: `@Serializable(with = PidSerializer::class) val
 * pid: Pid`, or `@Contextual`.
 *
 * Instances are immutable and callable from any thread. What does not fit is an
 * [EtfSerializationException]; what a class refuses in its constructor is thrown as it is.
 *
 * @see Default
 */
public sealed class Etf(
  internal val ignoreUnknownKeys: Boolean,
  final override val serializersModule: SerializersModule,
) : BinaryFormat {
  internal val tables = AtomTables()

  /** The format without options. */
  public companion object Default : Etf(false, TermSerializers)

  private class Configured(ignoreUnknownKeys: Boolean, module: SerializersModule) :
    Etf(ignoreUnknownKeys, module)

  /** Collects options; see the function [Etf]. */
  public class Builder internal constructor() {
    /** Whether keys of a map that are no field of its class are skipped. Default false. */
    public var ignoreUnknownKeys: Boolean = false

    /** Contextual and polymorphic serializers; those of terms are always there. */
    public var serializersModule: SerializersModule = EmptySerializersModule()

    internal fun build(): Etf =
      Configured(ignoreUnknownKeys, TermSerializers overwriteWith serializersModule)
  }

  /**
   * Returns the term of [value].
   *
   * @throws EtfSerializationException if it has none, such as a float that is not finite
   */
  public fun <T> encodeToTerm(serializer: SerializationStrategy<T>, value: T): Term {
    val root = RootEncoder(this)
    root.encodeSerializableValue(serializer, value)
    return root.result()
  }

  /**
   * Returns the value that [term] stands for.
   *
   * @throws EtfSerializationException if it does not fit
   */
  public fun <T> decodeFromTerm(deserializer: DeserializationStrategy<T>, term: Term): T =
    RootDecoder(this, term).decodeSerializableValue(deserializer)

  /** Returns the bytes of [value] in the external term format, version byte included. */
  override fun <T> encodeToByteArray(serializer: SerializationStrategy<T>, value: T): ByteArray =
    ExternalTermFormat.encode(encodeToTerm(serializer, value))

  /** Reads a value from bytes that are exactly one term in the external term format. */
  override fun <T> decodeFromByteArray(
    deserializer: DeserializationStrategy<T>,
    bytes: ByteArray,
  ): T {
    val term =
      try {
        ExternalTermFormat.decode(bytes)
      } catch (malformed: EtfException) {
        throw EtfSerializationException(ROOT_PATH, malformed.message ?: "not a term", malformed)
      }
    return decodeFromTerm(deserializer, term)
  }
}

/** Makes a format with options: `Etf { ignoreUnknownKeys = true }`. */
public fun Etf(options: Etf.Builder.() -> Unit): Etf = Etf.Builder().apply(options).build()

/** Returns the term of [value], with the serializer of its static type. */
public inline fun <reified T> Etf.encodeToTerm(value: T): Term =
  encodeToTerm(serializersModule.serializer(), value)

/** Returns the [T] that [term] stands for. */
public inline fun <reified T> Etf.decodeFromTerm(term: Term): T =
  decodeFromTerm(serializersModule.serializer(), term)
