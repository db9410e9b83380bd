package io.weft.kotlin.etf

import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Binary
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
  /** Encodes a value as this term. */
  public fun encodeTerm(term: Term)
}

/** A decoder of [Etf]: for custom serializers that look at the term itself. */
public interface TermDecoder : Decoder {
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

/**
 * Serializer of addresses, as a pid, `{Name, Node}` or an alias; those that are decoded send from
 * [node], in the forms of [codec].
 */
public class AddressSerializer<P : Any>(
  private val node: Node,
  private val codec: TermCodec<P>,
) : KSerializer<Address<P>> {
  override val descriptor: SerialDescriptor = termDescriptor("io.weft.node.Address")

  override fun serialize(encoder: Encoder, value: Address<P>): Unit =
    TermSerializer.serialize(
      encoder,
      value.item() ?: throw SerializationException("a slot whose process is being restarted"),
    )

  override fun deserialize(decoder: Decoder): Address<P> {
    val terms =
      decoder as? TermDecoder
        ?: throw SerializationException("only Etf can decode an address, not $decoder")
    val term = terms.decodeTerm()
    val pair = (term as? Tuple)?.takeIf { it.arity() == 2 }
    val name = pair?.get(0) as? Atom
    val at = pair?.get(1) as? Atom
    return when {
      term is Pid -> node.address(term, codec)
      term is Reference -> node.address(term, codec)
      name != null && at != null -> node.address(name.name, at.name, codec)
      else -> terms.unexpected("a pid, {Name,Node} or an alias")
    }
  }
}

/** The serializers of terms as contextual ones: part of every [Etf]. */
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
  contextual(BigIntegerSerializer)
}

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
private fun termDescriptor(name: String): SerialDescriptor =
  buildSerialDescriptor(name, SerialKind.CONTEXTUAL)
