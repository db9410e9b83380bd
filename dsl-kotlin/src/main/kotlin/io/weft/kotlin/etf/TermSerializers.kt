package io.weft.kotlin.etf

import io.weft.gen.Reply
import io.weft.node.Address
import io.weft.node.Node
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.BitString
import io.weft.term.Export
import io.weft.term.FloatTerm
import io.weft.term.Fun
import io.weft.term.ImproperList
import io.weft.term.IntegerTerm
import io.weft.term.ListTerm
import io.weft.term.MapTerm
import io.weft.term.Pid
import io.weft.term.Port
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import java.math.BigInteger
import kotlin.reflect.KClass
import kotlinx.serialization.InternalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.Serializable
import kotlinx.serialization.SerializationException
import kotlinx.serialization.descriptors.PrimitiveKind
import kotlinx.serialization.descriptors.PrimitiveSerialDescriptor
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.SerialKind
import kotlinx.serialization.descriptors.buildSerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.modules.SerializersModule
import kotlinx.serialization.modules.contextual

/** An encoder of [Etf]: for custom serializers that know the term they want. */
public interface TermEncoder : Encoder {
  /** The format whose encoder this is. */
  public val etf: Etf

  /** Encodes a value as this term. */
  public fun encodeTerm(term: Term)
}

/** A decoder of [Etf]: for custom serializers that look at the term itself. */
public interface TermDecoder : Decoder {
  /** The format whose decoder this is. */
  public val etf: Etf

  /** The node that takes the term in: null where a value is decoded outside of any. */
  public val node: Node?

  /** Returns the term to be decoded. */
  public fun decodeTerm(): Term

  /** Fails the decoding at this place: `expected` [expected]`, found` the term. */
  public fun unexpected(expected: String): Nothing
}

/** Serializer of any term. */
public object TermSerializer : KSerializer<Term> by TermKindSerializer(Term::class, "a term")

/** Serializer of atoms. A nullable atom is null for `undefined` and `nil`. */
public object AtomSerializer : KSerializer<Atom> by TermKindSerializer(Atom::class, "an atom")

/** Serializer of pids. */
public object PidSerializer : KSerializer<Pid> by TermKindSerializer(Pid::class, "a pid")

/** Serializer of ports. */
public object PortSerializer : KSerializer<Port> by TermKindSerializer(Port::class, "a port")

/** Serializer of references. */
public object ReferenceSerializer :
  KSerializer<Reference> by TermKindSerializer(Reference::class, "a reference")

/** Serializer of integers of any size, as terms. */
public object IntegerTermSerializer :
  KSerializer<IntegerTerm> by TermKindSerializer(IntegerTerm::class, "an integer")

/** Serializer of tuples of any form. */
public object TupleSerializer : KSerializer<Tuple> by TermKindSerializer(Tuple::class, "a tuple")

/** Serializer of lists of any terms. */
public object ListTermSerializer :
  KSerializer<ListTerm> by TermKindSerializer(ListTerm::class, "a list")

/** Serializer of maps of any terms. */
public object MapTermSerializer :
  KSerializer<MapTerm> by TermKindSerializer(MapTerm::class, "a map")

/** Serializer of binaries, as terms. */
public object BinarySerializer :
  KSerializer<Binary> by TermKindSerializer(Binary::class, "a binary")

/** Serializer of bit strings that are no binaries. */
public object BitStringSerializer :
  KSerializer<BitString> by TermKindSerializer(BitString::class, "a bit string")

/** Serializer of floats, as terms. */
public object FloatTermSerializer :
  KSerializer<FloatTerm> by TermKindSerializer(FloatTerm::class, "a float")

/** Serializer of improper lists. */
public object ImproperListSerializer :
  KSerializer<ImproperList> by TermKindSerializer(ImproperList::class, "an improper list")

/** Serializer of functions by their name: `fun Module:Function/Arity`. */
public object ExportSerializer :
  KSerializer<Export> by TermKindSerializer(Export::class, "an external fun")

/** Serializer of funs of foreign nodes. */
public object FunSerializer : KSerializer<Fun> by TermKindSerializer(Fun::class, "a fun")

/** Serializer of integers of any size. */
public object BigIntegerSerializer : KSerializer<BigInteger> {
  override val descriptor: SerialDescriptor = termDescriptor("java.math.BigInteger")

  override fun serialize(encoder: Encoder, value: BigInteger): Unit =
    IntegerTermSerializer.serialize(encoder, IntegerTerm.of(value))

  override fun deserialize(decoder: Decoder): BigInteger =
    IntegerTermSerializer.deserialize(decoder).toBigInteger()
}

/** A `String` that is an atom: `val status: AtomString`, `Map<AtomString, Int>`. */
public typealias AtomString = @Serializable(AtomStringSerializer::class) String

/** A `String` that is a list of code points: a string of Erlang, a charlist of Elixir. */
public typealias Charlist = @Serializable(CharlistSerializer::class) String

/** Serializer of strings as atoms; other formats than [Etf] get a string. */
public object AtomStringSerializer : KSerializer<String> {
  override val descriptor: SerialDescriptor =
    PrimitiveSerialDescriptor("io.weft.kotlin.etf.AtomString", PrimitiveKind.STRING)

  override fun serialize(encoder: Encoder, value: String): Unit =
    if (encoder is TermEncoder) encoder.encodeTerm(Atom.of(value)) else encoder.encodeString(value)

  override fun deserialize(decoder: Decoder): String =
    if (decoder is TermDecoder)
      (decoder.decodeTerm() as? Atom ?: decoder.unexpected("an atom")).name
    else decoder.decodeString()
}

/** Serializer of strings as lists of code points; other formats than [Etf] get a string. */
public object CharlistSerializer : KSerializer<String> {
  override val descriptor: SerialDescriptor =
    PrimitiveSerialDescriptor("io.weft.kotlin.etf.Charlist", PrimitiveKind.STRING)

  override fun serialize(encoder: Encoder, value: String): Unit =
    if (encoder is TermEncoder) encoder.encodeTerm(Terms.charlist(value))
    else encoder.encodeString(value)

  override fun deserialize(decoder: Decoder): String = decoder.decodeString()
}

/** The serializers of terms, addresses and replies as contextual ones: part of every [Etf]. */
public val TermSerializers: SerializersModule = SerializersModule {
  contextual(TermSerializer)
  contextual(AtomSerializer)
  contextual(PidSerializer)
  contextual(PortSerializer)
  contextual(ReferenceSerializer)
  contextual(IntegerTermSerializer)
  contextual(TupleSerializer)
  contextual(ListTermSerializer)
  contextual(MapTermSerializer)
  contextual(BinarySerializer)
  contextual(BitStringSerializer)
  contextual(FloatTermSerializer)
  contextual(ImproperListSerializer)
  contextual(ExportSerializer)
  contextual(FunSerializer)
  contextual(BigIntegerSerializer)
  contextual(Address::class) { (protocol) -> AddressSerializer(present(protocol)) }
  contextual(Reply::class) { (value) -> ReplySerializer(present(value)) }
}

/** What stands between the angle brackets is never null there: `Address<P : Any>`. */
@Suppress("UNCHECKED_CAST")
private fun present(argument: KSerializer<*>) = argument as KSerializer<Any>

private class TermKindSerializer<T : Term>(
  private val type: KClass<T>,
  private val expected: String,
) : KSerializer<T> {
  override val descriptor: SerialDescriptor = termDescriptor(type.java.name)

  override fun serialize(encoder: Encoder, value: T) {
    val terms =
      encoder as? TermEncoder
        ?: throw SerializationException("only Etf can encode a term, not $encoder")
    terms.encodeTerm(value)
  }

  override fun deserialize(decoder: Decoder): T {
    val terms =
      decoder as? TermDecoder
        ?: throw SerializationException("only Etf can decode a term, not $decoder")
    val term = terms.decodeTerm()
    return if (type.java.isInstance(term)) type.java.cast(term) else terms.unexpected(expected)
  }
}

/** Terms fit no kind of the serialization model; contextual is the one that promises nothing. */
@OptIn(InternalSerializationApi::class)
internal fun termDescriptor(name: String): SerialDescriptor =
  buildSerialDescriptor(name, SerialKind.CONTEXTUAL)
