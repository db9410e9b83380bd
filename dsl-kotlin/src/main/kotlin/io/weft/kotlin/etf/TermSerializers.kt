package io.weft.kotlin.etf

import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.IntegerTerm
import io.weft.term.ListTerm
import io.weft.term.MapTerm
import io.weft.term.Pid
import io.weft.term.Port
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.term.Tuple
import java.math.BigInteger
import kotlin.reflect.KClass
import kotlinx.serialization.InternalSerializationApi
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
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
