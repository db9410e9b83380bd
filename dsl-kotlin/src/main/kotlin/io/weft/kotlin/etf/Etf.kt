package io.weft.kotlin.etf

import io.weft.etf.DecodeLimits
import io.weft.etf.Etf as ExternalTermFormat
import io.weft.etf.EtfException
import io.weft.kotlin.AddressOf
import io.weft.kotlin.ReplyTo
import io.weft.mapping.NamingStrategy
import io.weft.node.Node
import io.weft.term.Atom
import io.weft.term.Term
import java.nio.ByteBuffer
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
 * |[AtomString], [Charlist]                    |atom, list of code points                             |binary for a list          |
 * |`ByteArray`                                 |binary                                                |                           |
 * |`null`                                      |`undefined`, in a struct `nil`                        |the other one              |
 * |`Unit`                                      |`ok`                                                  |                           |
 * |`List`, `Set`, arrays                       |proper list                                           |                           |
 * |`Map`                                       |map                                                   |                           |
 * |enum entry, `object`                        |atom in snake_case: `VeryFast` is `very_fast`         |                           |
 * |case of a sealed hierarchy                  |tagged tuple, fields in order: `{add,5}`              |                           |
 * |case without fields                         |its tag: `get`                                        |`{get}`                    |
 * |case marked [EtfMap]                        |its tag and a map: `{add,#{n => 5}}`                  |                           |
 * |case marked [EtfProplist]                   |its tag and a property list: `{add,[{n,5}]}`          |                           |
 * |class, case or not, marked [EtfStruct]      |Elixir struct: `#{'__struct__' => 'Elixir.Add', n=>5}`|                           |
 * |`Pair`, `Triple`, class marked [EtfTuple]   |tuple                                                 |                           |
 * |class marked [EtfRecord] or [EtfTag]        |tagged tuple, as a record: `{point,1,2}`              |                           |
 * |class, or `Map` property, [EtfProplist]     |property list, keyword list: `[{sku,<<"x">>}]`        |atoms for `{Atom,true}`    |
 * |property marked [EtfPacked]                 |binary that holds its term, compressed                |                           |
 * |any other class                             |map with snake_case atoms as keys: `#{sku => <<"x">>}`|                           |
 * |value class                                 |what it wraps                                         |                           |
 * |[Term] and its subtypes, `BigInteger`       |itself                                                |                           |
 * |[AddressOf], [ReplyTo]                      |pid, `{Name, Node}` or alias; `{Pid, Tag}`            |                           |
 *
 * The tag of a case, the key of a field and the atom of an entry are the snake_case of its name, or
 * of its `@SerialName`; of a dotted name the last segment. [EtfTag] gives one as it is. A case is
 * tagged where the static type is the sealed one, as in a list of the sealed type or a protocol; on
 * its own it is a class like any other.
 *
 * Two cases may have one tag if a different number of fields follows it: `ok` and `{ok,Value}`.
 * Fields with default values may be missing: as keys of a map, or at the end of a tuple. Unknown
 * keys are an error unless [Builder.ignoreUnknownKeys] is set or a field is marked [EtfRest].
 *
 * [io.weft.mapping.TermMapping] has the same forms, by the same names, for records of Java.
 *
 * Terms inside of classes need their serializer: `@Serializable(with = PidSerializer::class) val
 * pid: Pid`, or `@Contextual`, which the compiler asks for where it is missing.
 *
 * Instances are immutable and callable from any thread. What does not fit is an
 * [EtfSerializationException]; what a class refuses in its constructor is thrown as it is.
 *
 * @see Default
 */
public sealed class Etf
private constructor(
  internal val options: EtfOptions,
  final override val serializersModule: SerializersModule,
) : BinaryFormat {
  internal val tables = EtfTables(options, serializersModule)

  /** The format without options. */
  public companion object Default : Etf(EtfOptions(), TermSerializers)

  private class Configured(options: EtfOptions, module: SerializersModule) : Etf(options, module)

  /** Collects options; see the function [Etf]. */
  public class Builder internal constructor() {
    /** Whether keys of a map that are no field of its class are skipped. Default false. */
    public var ignoreUnknownKeys: Boolean = false

    /** How names of Kotlin become atoms. Default [NamingStrategy.SNAKE_CASE]. */
    public var names: NamingStrategy = NamingStrategy.SNAKE_CASE

    /** What null is, outside of structs. Default `undefined`; `nil` suits Elixir. */
    public var nothing: Atom = Atom.UNDEFINED

    /**
     * Whether a field is written that has its default value and stands under a key. Default true.
     */
    public var encodeDefaults: Boolean = true

    /**
     * Whether fields that are null and stand under a key are left out, and may be missing. Default
     * false.
     */
    public var omitAbsent: Boolean = false

    /**
     * How much [encodeToByteArray] does for size: 0, the default, is nothing, 9 the most. What is
     * compressed can always be decoded.
     */
    public var compressionLevel: Int = 0
      set(level) {
        require(level in 0..9) { "levels are 0 to 9, not $level" }
        field = level
      }

    /**
     * What the bytes may take that [decodeFromByteArray] reads; and what all [EtfPacked] fields of
     * one message may take together.
     */
    public var limits: DecodeLimits = DecodeLimits.DEFAULT

    /** Contextual and polymorphic serializers; [TermSerializers] are always there. */
    public var serializersModule: SerializersModule = EmptySerializersModule()

    private val types = HashMap<String, EtfTypeOptions>()

    /** Gives a class another form than its annotations say, or its fields other keys. */
    public inline fun <reified T> type(noinline options: EtfTypeOptions.() -> Unit): Unit =
      type(serializer<T>().descriptor.serialName, options)

    /** Gives the class with a serial name another form than its annotations say. */
    public fun type(serialName: String, options: EtfTypeOptions.() -> Unit) {
      types.getOrPut(serialName, ::EtfTypeOptions).options()
    }

    internal fun build(): Etf =
      Configured(
        EtfOptions(
          ignoreUnknownKeys,
          names,
          nothing,
          encodeDefaults,
          omitAbsent,
          compressionLevel,
          limits,
          types.toMap(),
        ),
        TermSerializers overwriteWith serializersModule,
      )
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
    RootDecoder(this, term, null).decodeSerializableValue(deserializer)

  /**
   * Returns the value that [term] stands for at [node]: addresses in the value send from there.
   *
   * @throws EtfSerializationException if it does not fit
   */
  public fun <T> decodeFromTerm(
    deserializer: DeserializationStrategy<T>,
    term: Term,
    node: Node,
  ): T = RootDecoder(this, term, node).decodeSerializableValue(deserializer)

  /**
   * Returns the bytes of [value] in the external term format, version byte included, compressed if
   * [Builder.compressionLevel] says so and that makes them fewer.
   */
  override fun <T> encodeToByteArray(serializer: SerializationStrategy<T>, value: T): ByteArray {
    val term = encodeToTerm(serializer, value)
    return if (options.compressionLevel == 0) ExternalTermFormat.encode(term)
    else ExternalTermFormat.encodeCompressed(term, options.compressionLevel)
  }

  /**
   * Reads a value from bytes that are exactly one term in the external term format, compressed or
   * not.
   */
  override fun <T> decodeFromByteArray(
    deserializer: DeserializationStrategy<T>,
    bytes: ByteArray,
  ): T {
    val term =
      try {
        ExternalTermFormat.decode(ByteBuffer.wrap(bytes), options.limits)
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
