@file:OptIn(ExperimentalSerializationApi::class)

package io.weft.kotlin.etf

import io.weft.node.Node
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.FloatTerm
import io.weft.term.IntTerm
import io.weft.term.IntegerTerm
import io.weft.term.ListTerm
import io.weft.term.MapTerm
import io.weft.term.Term
import io.weft.term.TermOrder
import io.weft.term.Tuple
import java.math.BigInteger
import java.util.TreeMap
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.builtins.ByteArraySerializer
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.encoding.AbstractDecoder
import kotlinx.serialization.encoding.CompositeDecoder
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.modules.SerializersModule

/** Reads values from the term of its current element. */
internal abstract class TermSource(
  final override val etf: Etf,
  final override val node: Node?,
  private val depth: Int,
  val unpacking: Unpacking,
) : AbstractDecoder(), TermDecoder {
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

  private fun utf8(text: Binary): String = text.utf8OrNull() ?: unexpected("text in UTF-8")

  /** The term that a field's form made of what is [found] there. */
  protected fun incoming(form: FieldForm, found: Term): Term =
    try {
      form.incoming(found, unpacking)
    } catch (misfit: MisfitTerm) {
      fail("${misfit.problem}, found ${abridged(found)}")
    }

  private fun charlist(text: ListTerm): String = buildString {
    for (char in text.elements) {
      val codePoint = (char as? IntTerm)?.value ?: unexpected("a string")
      if (codePoint !in CODE_POINTS || codePoint in SURROGATES) unexpected("a string")
      appendCodePoint(codePoint.toInt())
    }
  }

  override fun decodeEnum(enumDescriptor: SerialDescriptor): Int {
    val table = etf.tables.enumOf(enumDescriptor)
    val index = (value() as? Atom)?.let(table::indexOf) ?: -1
    return if (index >= 0) index else unexpected("one of $table")
  }

  override fun decodeInline(descriptor: SerialDescriptor): Decoder {
    unsigned = descriptor.serialName in UNSIGNED
    return this
  }

  @Suppress("UNCHECKED_CAST") // that serializer is one of byte arrays
  override fun <T> decodeSerializableValue(deserializer: DeserializationStrategy<T>): T =
    if (deserializer === ByteArraySerializer()) {
      (value() as? Binary ?: unexpected("a binary")).toByteArray() as T
    } else if (deserializer.descriptor == BYTES) {
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
    val shape = etf.tables.of(descriptor)
    if (caseFields == null && current() != shape.tag) unexpected(shape.tag.toString())
    return FieldsSource(this, descriptor, shape, caseFields.orEmpty())
  }

  private fun classSource(descriptor: SerialDescriptor): CompositeDecoder {
    val shape = etf.tables.of(descriptor)
    val fields = caseFields
    val form = if (fields == null) shape.form else shape.caseForm
    return when (form) {
      ClassForm.MAP -> KeysSource(this, descriptor, shape, cellsOf(value(), shape))
      ClassForm.STRUCT -> KeysSource(this, descriptor, shape, cellsOfStruct(value(), shape))
      ClassForm.PROPLIST -> KeysSource(this, descriptor, shape, cellsOfPairs(value()))
      ClassForm.TUPLE -> {
        val tuple = current() as? Tuple ?: unexpected("a tuple")
        FieldsSource(this, descriptor, shape, tuple.elements)
      }
      ClassForm.RECORD ->
        if (fields != null) FieldsSource(this, descriptor, shape, fields)
        else recordSource(descriptor, shape)
    }
  }

  private fun recordSource(descriptor: SerialDescriptor, shape: ClassShape): CompositeDecoder {
    if (tagOf(current()) != shape.tag) unexpected("a tuple tagged ${shape.tag}")
    return FieldsSource(this, descriptor, shape, fieldsOf(current()))
  }

  private fun cellsOf(term: Term, shape: ClassShape): Cells {
    val map = term as? MapTerm ?: unexpected(shape.module?.let { "%$it{}" } ?: "a map")
    return Cells(map.size(), map::keyAt, map::valueAt)
  }

  private fun cellsOfStruct(term: Term, shape: ClassShape): Cells {
    val cells = cellsOf(term, shape)
    if (structOf(term) != shape.module) unexpected("a struct of ${shape.module}")
    return cells
  }

  private fun cellsOfPairs(term: Term): Cells {
    val list = term as? ListTerm ?: unexpected("a property list")
    return Cells(
      list.size(),
      { keyOf(list[it]) ?: unexpected("pairs and atoms only") },
      { valueOf(list[it]) },
    )
  }

  /** A structure inside of this one. */
  abstract class Nested(protected val parent: TermSource) :
    TermSource(parent.etf, parent.node, parent.depth + 1, parent.unpacking)

  private companion object {
    val CODE_POINTS = 0L..Character.MAX_CODE_POINT
    val SURROGATES = Char.MIN_SURROGATE.code.toLong()..Char.MAX_SURROGATE.code
  }
}

/** The whole term. */
internal class RootDecoder(etf: Etf, private val term: Term, node: Node?) :
  TermSource(etf, node, 0, Unpacking(etf.options.limits)) {
  override fun current(): Term = term

  override fun path(): String = ROOT_PATH

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int = CompositeDecoder.DECODE_DONE
}

/** The fields of a tuple, in order; those missing at the end have defaults. */
private class FieldsSource(
  parent: TermSource,
  private val descriptor: SerialDescriptor,
  private val shape: ClassShape,
  private val fields: List<Term>,
) : TermSource.Nested(parent) {
  private var index = -1
  private var field: Term? = null

  init {
    val allowed = shape.required..descriptor.elementsCount
    if (fields.size !in allowed) {
      val count =
        if (allowed.first == allowed.last) "${allowed.last}"
        else "${allowed.first} to ${allowed.last}"
      parent.unexpected("$count fields of ${shape.tag}")
    }
  }

  override fun current(): Term = field ?: fields[index]

  override fun path(): String = parent.path() + "." + descriptor.getElementName(index)

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int {
    if (index + 1 >= fields.size) return CompositeDecoder.DECODE_DONE
    index++
    field = null
    field = incoming(shape.fieldForms[index], fields[index])
    return index
  }
}

/** What stands under keys. */
internal class Cells(val size: Int, val key: (Int) -> Term, val value: (Int) -> Term)

/** The fields of a class by their keys. */
private class KeysSource(
  parent: TermSource,
  private val descriptor: SerialDescriptor,
  private val shape: ClassShape,
  cells: Cells,
) : TermSource.Nested(parent) {
  private val values = arrayOfNulls<Term>(descriptor.elementsCount)
  private var index = -1

  init {
    val rest = ArrayList<Term>(0)
    for (i in 0 until cells.size) sort(cells.key(i), cells.value(i), rest)
    if (shape.rest >= 0) values[shape.rest] = MapTerm(firstOfEach(rest))
    for (field in values.indices) {
      if (values[field] == null && !descriptor.isElementOptional(field)) {
        if (!shape.omitsAbsent || !descriptor.getElementDescriptor(field).isNullable)
          parent.fail("key ${shape.key(field)} is missing")
        values[field] = shape.nothing
      }
    }
  }

  /** Only keys of our kind are worth a hash: others may be huge. */
  private fun sort(key: Term, value: Term, rest: MutableList<Term>) {
    val field = if (key is Atom || key is Binary) shape.indexOf(key) else -1
    when {
      field >= 0 -> if (values[field] == null) values[field] = value
      shape.module != null && key == STRUCT -> {}
      shape.rest >= 0 -> {
        rest.add(key)
        rest.add(value)
      }
      !shape.ignoresUnknown -> parent.fail("unknown key ${abridged(key)}, expected only $shape")
    }
  }

  private fun firstOfEach(cells: List<Term>): Map<Term, Term> {
    val entries = TreeMap<Term, Term>(TermOrder.EXACT)
    for (i in cells.indices step 2) entries.putIfAbsent(cells[i], cells[i + 1])
    return entries
  }

  override fun current(): Term = checkNotNull(values[index]) { "no current field" }

  override fun path(): String = parent.path() + "." + descriptor.getElementName(index)

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int {
    do index++ while (index < values.size && values[index] == null)
    if (index >= values.size) return CompositeDecoder.DECODE_DONE
    values[index] = incoming(shape.fieldForms[index], current())
    return index
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
    get() = if (index == 1 && tagOf(term) != null) fieldsOf(term) else null

  override fun current(): Term = term

  override fun path(): String = parent.path()

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int =
    if (index < 1) ++index else CompositeDecoder.DECODE_DONE

  override fun decodeString(): String = if (index == 0) caseName() else super.decodeString()

  private fun caseName(): String {
    val cases = etf.tables.casesOf(descriptor)
    return cases.nameOf(term) ?: unexpected("one of $cases")
  }
}

/** What follows the tag. */
private fun fieldsOf(term: Term): List<Term> =
  if (term is Tuple) term.elements.subList(1, term.arity()) else emptyList()
