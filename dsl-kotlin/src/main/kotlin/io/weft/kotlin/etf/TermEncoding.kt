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
import java.nio.charset.CharacterCodingException
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.SerializationStrategy
import kotlinx.serialization.builtins.ByteArraySerializer
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.encoding.AbstractEncoder
import kotlinx.serialization.encoding.CompositeEncoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.modules.SerializersModule

internal const val ROOT_PATH = "$"

/** Enough for any message, too little to overflow a carrier's stack: serializers recurse. */
internal const val MAX_DEPTH = 256

internal val BYTES: SerialDescriptor = ByteArraySerializer().descriptor
internal val NIL: Atom = Atom.of("nil")

/** Turns each value it is given into a term and puts it where it belongs. */
internal abstract class TermSink(final override val etf: Etf, private val depth: Int) :
  AbstractEncoder(), TermEncoder {
  final override val serializersModule: SerializersModule
    get() = etf.serializersModule

  private var unsigned = false

  /** Takes the term of the current element. */
  abstract fun put(term: Term)

  /** Where the current element is. */
  abstract fun path(): String

  /** What a null is here. */
  abstract val nothing: Atom

  /**
   * The tag that the structure of the current element carries: it is a case of a sealed hierarchy.
   */
  open val tag: Atom?
    get() = null

  fun fail(problem: String): Nothing = throw EtfSerializationException(path(), problem)

  /** Puts what is no class of its own; as a case it is the one field of its tuple. */
  private fun putValue(term: Term) = put(tag?.let { Tuple.of(it, term) } ?: term)

  override fun encodeTerm(term: Term): Unit = putValue(term)

  override fun encodeNull(): Unit = putValue(nothing)

  override fun encodeBoolean(value: Boolean): Unit = putValue(Atom.of(value))

  override fun encodeByte(value: Byte): Unit = putInteger(value.toLong(), 0xff)

  override fun encodeShort(value: Short): Unit = putInteger(value.toLong(), 0xffff)

  override fun encodeInt(value: Int): Unit = putInteger(value.toLong(), 0xffff_ffff)

  override fun encodeLong(value: Long): Unit =
    if (unsigned && value < 0) {
      unsigned = false
      putValue(IntegerTerm.of(value.toULong().toString().toBigInteger()))
    } else {
      putInteger(value, -1)
    }

  private fun putInteger(value: Long, mask: Long) {
    val number = if (unsigned) value and mask else value
    unsigned = false
    putValue(IntTerm.of(number))
  }

  override fun encodeChar(value: Char): Unit = putInteger(value.code.toLong(), 0xffff)

  override fun encodeFloat(value: Float): Unit = encodeDouble(value.toDouble())

  override fun encodeDouble(value: Double) {
    if (!value.isFinite()) fail("$value is no float of Erlang")
    putValue(FloatTerm(value))
  }

  override fun encodeString(value: String) {
    val bytes =
      try {
        value.encodeToByteArray(throwOnInvalidSequence = true)
      } catch (malformed: CharacterCodingException) {
        throw EtfSerializationException(path(), "text with half of a surrogate pair", malformed)
      }
    putValue(Binary.wrap(bytes))
  }

  override fun encodeEnum(enumDescriptor: SerialDescriptor, index: Int): Unit =
    putValue(etf.tables.enumOf(enumDescriptor).atom(index))

  override fun encodeInline(descriptor: SerialDescriptor): Encoder {
    unsigned = descriptor.serialName in UNSIGNED
    return this
  }

  override fun <T> encodeSerializableValue(serializer: SerializationStrategy<T>, value: T) {
    if (value is ByteArray && serializer.descriptor == BYTES) {
      putValue(Binary.wrap(value.copyOf()))
    } else {
      locating { super<AbstractEncoder>.encodeSerializableValue(serializer, value) }
    }
  }

  /** Adds the place to a refusal by a serializer, such as that of a class nobody registered. */
  private inline fun locating(encode: () -> Unit) =
    try {
      encode()
    } catch (located: EtfSerializationException) {
      throw located
    } catch (refusal: IllegalArgumentException) {
      throw EtfSerializationException(path(), refusal.message ?: "has no form as a term", refusal)
    }

  override fun beginStructure(descriptor: SerialDescriptor): CompositeEncoder {
    if (depth == MAX_DEPTH) fail("nested deeper than $MAX_DEPTH levels")
    return when (descriptor.kind) {
      StructureKind.LIST -> ElementsSink(this, ::putValue)
      StructureKind.MAP -> EntriesSink(this, ::putValue)
      is PolymorphicKind -> CaseSink(this, ::putValue)
      StructureKind.OBJECT -> {
        val shape = etf.tables.of(descriptor)
        FieldsSink(this, descriptor, shape) { put(tag ?: shape.tag) }
      }
      else -> classSink(descriptor)
    }
  }

  private fun classSink(descriptor: SerialDescriptor): CompositeEncoder {
    val shape = etf.tables.of(descriptor)
    val case = tag.takeIf { shape.caseForm != ClassForm.STRUCT }
    return FieldsSink(this, descriptor, shape) { fields ->
      put(if (case != null) caseOf(shape, case, fields) else classOf(shape, shape.form, fields))
    }
  }

  private fun caseOf(shape: ClassShape, tag: Atom, fields: Array<Term?>): Term =
    if (shape.caseForm.isKeyed) Tuple.of(tag, classOf(shape, shape.caseForm, fields))
    else tagged(shape, tag, fields)

  private fun classOf(shape: ClassShape, form: ClassForm, fields: Array<Term?>): Term =
    when (form) {
      ClassForm.MAP,
      ClassForm.STRUCT -> mapOf(cellsOf(shape, shape.order, fields))
      ClassForm.PROPLIST -> pairsOf(cellsOf(shape, fields.indices.toList().toIntArray(), fields))
      ClassForm.TUPLE -> Tuple.wrap(Array(fields.size) { there(fields[it]) })
      ClassForm.RECORD -> tagged(shape, shape.tag, fields)
    }

  private fun tagged(shape: ClassShape, tag: Atom, fields: Array<Term?>): Term {
    if (shape.rest >= 0) fail("@EtfRest is for classes whose fields have keys")
    return if (fields.isEmpty()) tag
    else Tuple.wrap(Array(fields.size + 1) { if (it == 0) tag else there(fields[it - 1]) })
  }

  private fun there(field: Term?): Term = checkNotNull(field) { "a field was left out" }

  /** Keys and values in turns: of the fields that are there, and of the rest. */
  private fun cellsOf(shape: ClassShape, order: IntArray, fields: Array<Term?>): Array<Term> {
    val cells = ArrayList<Term>(2 * fields.size + 2)
    shape.module?.let {
      cells.add(STRUCT)
      cells.add(it)
    }
    for (field in order) {
      if (field == shape.rest) continue
      val value = fields[field] ?: continue
      cells.add(shape.key(field))
      cells.add(value)
    }
    if (shape.rest >= 0) {
      val rest = fields[shape.rest] as? MapTerm ?: fail("@EtfRest is for a Map")
      for ((key, value) in rest.entries) {
        cells.add(key)
        cells.add(value)
      }
    }
    return cells.toTypedArray()
  }

  private fun mapOf(cells: Array<Term>): MapTerm =
    try {
      MapTerm.wrap(cells)
    } catch (twice: IllegalArgumentException) {
      throw EtfSerializationException(path(), "two keys have the same term", twice)
    }

  private fun pairsOf(cells: Array<Term>): Term =
    ListTerm.wrap(Array(cells.size / 2) { Tuple.of(cells[2 * it], cells[2 * it + 1]) })

  /** A structure inside of this one. */
  abstract class Nested(protected val parent: TermSink) : TermSink(parent.etf, parent.depth + 1) {
    override val nothing: Atom
      get() = parent.nothing
  }
}

internal val UNSIGNED = setOf("kotlin.UByte", "kotlin.UShort", "kotlin.UInt", "kotlin.ULong")

/** The whole value. */
internal class RootEncoder(etf: Etf) : TermSink(etf, 0) {
  private var term: Term? = null

  override val nothing: Atom
    get() = etf.options.nothing

  override fun put(term: Term) {
    this.term = term
  }

  override fun path(): String = ROOT_PATH

  fun result(): Term = term ?: fail("its serializer encoded nothing")
}

/** The fields of a class, in the order of their declaration. */
private class FieldsSink(
  parent: TermSink,
  private val descriptor: SerialDescriptor,
  private val shape: ClassShape,
  private val end: (Array<Term?>) -> Unit,
) : TermSink.Nested(parent) {
  private val fields = arrayOfNulls<Term>(descriptor.elementsCount)
  private var index = 0
  private var omitted = false

  override val nothing: Atom
    get() = shape.nothing

  override fun shouldEncodeElementDefault(descriptor: SerialDescriptor, index: Int): Boolean {
    if (!shape.omitsDefaults || index == shape.rest) return true
    omitted = true
    return false
  }

  override fun encodeElement(descriptor: SerialDescriptor, index: Int): Boolean {
    this.index = index
    return true
  }

  override fun put(term: Term) {
    fields[index] = shape.fieldForms[index].outgoing(term)
  }

  override fun encodeNull() {
    if (shape.omitsAbsent) omitted = true else fields[index] = nothing
  }

  override fun path(): String = parent.path() + "." + descriptor.getElementName(index)

  override fun endStructure(descriptor: SerialDescriptor) {
    val missing = if (omitted) -1 else fields.indexOfFirst { it == null }
    if (missing >= 0) parent.fail("its serializer left out ${descriptor.getElementName(missing)}")
    end(fields)
  }
}

/** The elements of a list, a set or an array. */
private class ElementsSink(parent: TermSink, private val end: (Term) -> Unit) :
  TermSink.Nested(parent) {
  private val elements = ArrayList<Term>()

  override fun put(term: Term) {
    elements.add(term)
  }

  override fun path(): String = parent.path() + "[${elements.size}]"

  override fun endStructure(descriptor: SerialDescriptor): Unit =
    end(ListTerm.wrap(elements.toTypedArray()))
}

/** The entries of a map: keys and values in turns. */
private class EntriesSink(parent: TermSink, private val end: (Term) -> Unit) :
  TermSink.Nested(parent) {
  private val terms = ArrayList<Term>()

  override fun put(term: Term) {
    terms.add(term)
  }

  override fun path(): String =
    parent.path() +
      (if (terms.size % 2 == 0) "[key ${terms.size / 2}]" else "[${abridged(terms.last())}]")

  override fun endStructure(descriptor: SerialDescriptor) {
    val map =
      try {
        MapTerm.wrap(terms.toTypedArray())
      } catch (twice: IllegalArgumentException) {
        throw EtfSerializationException(parent.path(), "two keys have the same term", twice)
      }
    end(map)
  }
}

/** A value of a sealed or open hierarchy: first the name of its class, then the value. */
private class CaseSink(parent: TermSink, private val end: (Term) -> Unit) :
  TermSink.Nested(parent) {
  override var tag: Atom? = null
    private set

  override fun <T> encodeSerializableElement(
    descriptor: SerialDescriptor,
    index: Int,
    serializer: SerializationStrategy<T>,
    value: T,
  ) {
    tag = etf.tables.tagOf(serializer.descriptor)
    super<TermSink.Nested>.encodeSerializableElement(descriptor, index, serializer, value)
  }

  /** The name says nothing that the tag does not. */
  override fun encodeString(value: String) {
    if (tag != null) super.encodeString(value)
  }

  override fun put(term: Term): Unit = end(term)

  override fun path(): String = parent.path()
}

/** The term in an error message: long ones are cut. */
internal fun abridged(term: Term): String = term.abbreviate(MAX_SHOWN)

private const val MAX_SHOWN = 120
