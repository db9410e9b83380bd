@file:OptIn(ExperimentalSerializationApi::class)

package io.weft.kotlin.etf

import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.FloatTerm
import io.weft.term.IntTerm
import io.weft.term.IntegerTerm
import io.weft.term.ListTerm
import io.weft.term.MapTerm
import io.weft.term.Term
import io.weft.term.Tuple
import java.math.BigInteger
import java.nio.charset.CharacterCodingException
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.descriptors.getPolymorphicDescriptors
import kotlinx.serialization.encoding.AbstractDecoder
import kotlinx.serialization.encoding.CompositeDecoder
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.modules.SerializersModule

/** Reads values from the term of its current element. */
internal abstract class TermSource(val etf: Etf, private val depth: Int) :
  AbstractDecoder(), TermDecoder {
  final override val serializersModule: SerializersModule
    get() = etf.serializersModule

  private var unsigned = false

  /** The term of the current element. */
  abstract fun current(): Term

  /** Where the current element is. */
  abstract fun path(): String

  /**
   * The fields of the current element, where it is a case of a sealed hierarchy whose tag was read.
   */
  open val caseFields: List<Term>?
    get() = null

  fun fail(problem: String): Nothing = throw EtfSerializationException(path(), problem)

  override fun unexpected(expected: String): Nothing =
    fail("expected $expected, found ${abridged(current())}")

  /** The term of what is no class of its own; as a case it is the one field of its tuple. */
  private fun value(): Term {
    val fields = caseFields ?: return current()
    return fields.singleOrNull() ?: unexpected("a tag with one value")
  }

  override fun decodeTerm(): Term = value()

  override fun decodeNotNullMark(): Boolean = value().let { it != Atom.UNDEFINED && it != NIL }

  override fun decodeNull(): Nothing? = null

  override fun decodeBoolean(): Boolean =
    when (value()) {
      Atom.TRUE -> true
      Atom.FALSE -> false
      else -> unexpected("true or false")
    }

  override fun decodeByte(): Byte =
    integer(Byte.MIN_VALUE.toLong(), Byte.MAX_VALUE.toLong()).toByte()

  override fun decodeShort(): Short =
    integer(Short.MIN_VALUE.toLong(), Short.MAX_VALUE.toLong()).toShort()

  override fun decodeInt(): Int = integer(Int.MIN_VALUE.toLong(), Int.MAX_VALUE.toLong()).toInt()

  override fun decodeLong(): Long =
    if (takeUnsigned()) unsignedLong() else long(Long.MIN_VALUE, Long.MAX_VALUE)

  override fun decodeChar(): Char = long(0, Char.MAX_VALUE.code.toLong()).toInt().toChar()

  private fun takeUnsigned(): Boolean = unsigned.also { unsigned = false }

  /** An integer of a signed type, or of the unsigned type of the same width. */
  private fun integer(min: Long, max: Long): Long =
    if (takeUnsigned()) long(0, max - min) else long(min, max)

  private fun long(min: Long, max: Long): Long {
    val number = (value() as? IntegerTerm ?: unexpected("an integer")) as? IntTerm
    return if (number != null && number.value in min..max) number.value
    else unexpected("an integer of $min to $max")
  }

  private fun unsignedLong(): Long {
    val number = (value() as? IntegerTerm ?: unexpected("an integer")).toBigInteger()
    val fits = number.signum() >= 0 && number.bitLength() <= Long.SIZE_BITS
    return if (fits) number.toLong() else unexpected("an integer of 0 to ${ULong.MAX_VALUE}")
  }

  override fun decodeFloat(): Float {
    val number = decodeDouble().toFloat()
    return if (number.isFinite()) number else unexpected("a float of 32 bits")
  }

  override fun decodeDouble(): Double =
    when (val term = value()) {
      is FloatTerm -> term.value
      is IntegerTerm -> finite(term.toBigInteger())
      else -> unexpected("a float")
    }

  private fun finite(number: BigInteger): Double =
    number.toDouble().also {
      if (!it.isFinite()) unexpected("a number within the range of a float")
    }

  override fun decodeString(): String =
    when (val term = value()) {
      is Binary -> utf8(term)
      is ListTerm -> charlist(term)
      else -> unexpected("a string")
    }

  private fun utf8(text: Binary): String =
    try {
      Charsets.UTF_8.newDecoder().decode(text.toByteBuffer()).toString()
    } catch (malformed: CharacterCodingException) {
      throw EtfSerializationException(
        path(),
        "expected text in UTF-8, found ${abridged(text)}",
        malformed,
      )
    }

  private fun charlist(text: ListTerm): String = buildString {
    for (char in text.elements) {
      val codePoint = (char as? IntTerm)?.value ?: unexpected("a string")
      if (codePoint !in CODE_POINTS || codePoint in SURROGATES) unexpected("a string")
      appendCodePoint(codePoint.toInt())
    }
  }

  override fun decodeEnum(enumDescriptor: SerialDescriptor): Int {
    val table = etf.tables.of(enumDescriptor)
    val index = (value() as? Atom)?.let(table::indexOf) ?: -1
    return if (index >= 0) index else unexpected("one of $table")
  }

  override fun decodeInline(descriptor: SerialDescriptor): Decoder {
    unsigned = descriptor.serialName in UNSIGNED
    return this
  }

  override fun <T> decodeSerializableValue(deserializer: DeserializationStrategy<T>): T =
    if (deserializer.descriptor == BYTES) {
      deserializer.deserialize(BytesSource(this, value() as? Binary ?: unexpected("a binary")))
    } else {
      locating { super<AbstractDecoder>.decodeSerializableValue(deserializer) }
    }

  /**
   * Adds the place to a refusal by a serializer, or by the constructor of a class:
   * `require(price >= 0)`.
   */
  private inline fun <T> locating(decode: () -> T): T =
    try {
      decode()
    } catch (located: EtfSerializationException) {
      throw located
    } catch (refusal: IllegalArgumentException) {
      throw EtfSerializationException(
        path(),
        "${refusal.message ?: refusal}, found ${abridged(current())}",
        refusal,
      )
    }

  override fun beginStructure(descriptor: SerialDescriptor): CompositeDecoder {
    if (depth == MAX_DEPTH) fail("nested deeper than $MAX_DEPTH levels")
    return when (descriptor.kind) {
      StructureKind.LIST -> ElementsSource(this, value() as? ListTerm ?: unexpected("a list"))
      StructureKind.MAP -> EntriesSource(this, value() as? MapTerm ?: unexpected("a map"))
      is PolymorphicKind -> CaseSource(this, value(), descriptor)
      StructureKind.OBJECT -> objectSource(descriptor)
      else -> classSource(descriptor)
    }
  }

  private fun objectSource(descriptor: SerialDescriptor): CompositeDecoder {
    val atom = etf.tables.tagOf(descriptor)
    if (caseFields == null && current() != atom) unexpected(atom.toString())
    return FieldsSource(this, descriptor, caseFields.orEmpty())
  }

  private fun classSource(descriptor: SerialDescriptor): CompositeDecoder {
    val fields = caseFields
    return when {
      fields != null && !descriptor.isMapCase -> FieldsSource(this, descriptor, fields)
      fields != null || descriptor.form == ClassForm.MAP ->
        KeysSource(this, descriptor, value() as? MapTerm ?: unexpected("a map"))
      descriptor.form == ClassForm.TUPLE ->
        FieldsSource(this, descriptor, (current() as? Tuple ?: unexpected("a tuple")).elements)
      else -> recordSource(descriptor)
    }
  }

  private fun recordSource(descriptor: SerialDescriptor): CompositeDecoder {
    val tag = etf.tables.tagOf(descriptor)
    if (tagOf(current()) != tag) unexpected("a tuple tagged $tag")
    return FieldsSource(this, descriptor, fieldsOf(current()))
  }

  /** A structure inside of this one. */
  abstract class Nested(protected val parent: TermSource) : TermSource(parent.etf, parent.depth + 1)

  private companion object {
    val CODE_POINTS = 0L..Character.MAX_CODE_POINT
    val SURROGATES = Char.MIN_SURROGATE.code.toLong()..Char.MAX_SURROGATE.code
  }
}

/** The whole term. */
internal class RootDecoder(etf: Etf, private val term: Term) : TermSource(etf, 0) {
  override fun current(): Term = term

  override fun path(): String = ROOT_PATH

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int = CompositeDecoder.DECODE_DONE
}

/** The fields of a tuple, in order; those missing at the end have defaults. */
private class FieldsSource(
  parent: TermSource,
  private val descriptor: SerialDescriptor,
  private val fields: List<Term>,
) : TermSource.Nested(parent) {
  private var index = -1

  init {
    val required =
      (descriptor.elementsCount downTo 1).firstOrNull { !descriptor.isElementOptional(it - 1) } ?: 0
    val allowed = required..descriptor.elementsCount
    if (fields.size !in allowed) {
      val count = if (required == allowed.last) "$required" else "$required to ${allowed.last}"
      parent.unexpected("$count fields of ${parent.etf.tables.tagOf(descriptor)}")
    }
  }

  override fun current(): Term = fields[index]

  override fun path(): String = parent.path() + "." + descriptor.getElementName(index)

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int =
    if (index + 1 < fields.size) ++index else CompositeDecoder.DECODE_DONE
}

/** The fields of a class by the keys of a map. */
private class KeysSource(
  parent: TermSource,
  private val descriptor: SerialDescriptor,
  map: MapTerm,
) : TermSource.Nested(parent) {
  private val values = arrayOfNulls<Term>(descriptor.elementsCount)
  private var index = -1

  init {
    val table = etf.tables.of(descriptor)
    for ((key, value) in map.entries) {
      val field = (key as? Atom)?.let(table::indexOf) ?: -1
      if (field >= 0) values[field] = value
      else if (!etf.ignoreUnknownKeys)
        parent.fail("unknown key ${abridged(key)}, expected only $table")
    }
    for (field in values.indices) {
      if (values[field] == null && !descriptor.isElementOptional(field))
        parent.fail("key ${table.atom(field)} is missing")
    }
  }

  override fun current(): Term = checkNotNull(values[index]) { "no current field" }

  override fun path(): String = parent.path() + "." + descriptor.getElementName(index)

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int {
    do index++ while (index < values.size && values[index] == null)
    return if (index < values.size) index else CompositeDecoder.DECODE_DONE
  }
}

/** The elements of a list. */
private class ElementsSource(parent: TermSource, private val list: ListTerm) :
  TermSource.Nested(parent) {
  private var index = -1

  override fun current(): Term = list.elements[index]

  override fun path(): String = parent.path() + "[$index]"

  override fun decodeCollectionSize(descriptor: SerialDescriptor): Int = list.size()

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int =
    if (index + 1 < list.size()) ++index else CompositeDecoder.DECODE_DONE
}

/** The bytes of a binary, for the serializer of `ByteArray`. */
private class BytesSource(parent: TermSource, private val bytes: Binary) :
  TermSource.Nested(parent) {
  private var index = -1

  override fun current(): Term = IntTerm.of(bytes.byteAt(index).toLong())

  override fun path(): String = parent.path() + "[$index]"

  override fun beginStructure(descriptor: SerialDescriptor): CompositeDecoder = this

  override fun decodeCollectionSize(descriptor: SerialDescriptor): Int = bytes.size()

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int =
    if (index + 1 < bytes.size()) ++index else CompositeDecoder.DECODE_DONE
}

/** The entries of a map: keys and values in turns. */
private class EntriesSource(parent: TermSource, private val map: MapTerm) :
  TermSource.Nested(parent) {
  private val entries = map.entries.entries.iterator()
  private var entry: Map.Entry<Term, Term>? = null
  private var index = -1

  private fun entry(): Map.Entry<Term, Term> = checkNotNull(entry) { "no current entry" }

  override fun current(): Term = if (index % 2 == 0) entry().key else entry().value

  override fun path(): String =
    parent.path() + (if (index % 2 == 0) "[key ${index / 2}]" else "[${abridged(entry().key)}]")

  override fun decodeCollectionSize(descriptor: SerialDescriptor): Int = map.size()

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int {
    if (index % 2 != 0) {
      if (!entries.hasNext()) return CompositeDecoder.DECODE_DONE
      entry = entries.next()
    }
    return ++index
  }
}

/**
 * A value of a sealed or open hierarchy: the serializer first asks for the name of its class, then
 * for the value.
 */
private class CaseSource(
  parent: TermSource,
  private val term: Term,
  private val descriptor: SerialDescriptor,
) : TermSource.Nested(parent) {
  private var index = -1

  override val caseFields: List<Term>?
    get() = if (index == 1) fieldsOf(term) else null

  override fun current(): Term = term

  override fun path(): String = parent.path()

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int =
    if (index < 1) ++index else CompositeDecoder.DECODE_DONE

  override fun decodeString(): String = if (index == 0) caseName() else super.decodeString()

  private fun caseName(): String {
    val cases = cases()
    val case = tagOf(term)?.let(cases::indexOf) ?: -1
    return if (case >= 0) cases.names[case] else unexpected("one of $cases")
  }

  private fun cases(): AtomTable =
    if (descriptor.kind == PolymorphicKind.SEALED) etf.tables.casesOf(descriptor)
    else caseTable(descriptor.serialName, serializersModule.getPolymorphicDescriptors(descriptor))
}

/** The atom that a case or a record begins with, or is. */
private fun tagOf(term: Term): Atom? =
  term as? Atom ?: (term as? Tuple)?.elements?.firstOrNull() as? Atom

/** What follows the tag. */
private fun fieldsOf(term: Term): List<Term> =
  if (term is Tuple) term.elements.subList(1, term.arity()) else emptyList()
