@file:OptIn(ExperimentalSerializationApi::class)

package io.weft.kotlin.etf

import io.weft.etf.ElementsWriter
import io.weft.term.Atom
import io.weft.term.Term
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.SerializationStrategy
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.descriptors.PrimitiveKind
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.SerialKind
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.encoding.AbstractEncoder
import kotlinx.serialization.encoding.CompositeEncoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.modules.SerializersModule

/** Deeper values take the way of terms. */
internal const val MAX_DIRECT_DEPTH = 32

/** What has no direct way, or no form at all: the way of terms tells which. */
internal object NotDirect : RuntimeException(null, null, false, false) {
  private fun readResolve(): Any = NotDirect
}

/**
 * Writes values in the external format, as [TermSink] and the encoder of terms would, without the
 * terms in between. Only what is plain; all else is [NotDirect], and what was written of it is to
 * be dropped. One for many values, one after the other.
 */
internal class DirectEncoder(override val etf: Etf, private val writer: ElementsWriter) :
  AbstractEncoder(), TermEncoder {
  override val serializersModule: SerializersModule
    get() = etf.serializersModule

  private val out = writer.encoder()
  private val shapes = RecentDescriptors(etf.tables::of)
  private val enums = RecentDescriptors(etf.tables::enumOf)
  private val tags = RecentDescriptors(etf.tables::tagOf)
  private val levels = ArrayList<Level>()
  private var depth = 0
  private var level = Level(etf.options.nothing).also(levels::add)

  /** What the elements of a structure are. */
  private enum class Kind {
    /** The one value that is encoded. */
    ROOT,

    /** Fields under keys. */
    KEYED,

    /** Fields in order. */
    ORDERED,

    /** Elements of a list. */
    LIST,

    /** The name of a class and its value. */
    CASE,
  }

  /** A structure that is open, kept for others of its depth. */
  private class Level(var nothing: Atom) {
    var kind = Kind.ROOT
    var shape: ClassShape? = null
    var starts = IntArray(8)
    var count = 0

    /** Of a case, what goes before its value: until that begins. */
    var tag: Atom? = null
  }

  fun <T> encode(serializer: SerializationStrategy<T>, value: T) {
    depth = 0
    level = levels[0]
    encodeSerializableValue(serializer, value)
  }

  private fun enter(kind: Kind, nothing: Atom): Level {
    if (++depth > MAX_DIRECT_DEPTH) throw NotDirect
    if (depth == levels.size) levels.add(Level(nothing))
    level = levels[depth]
    level.kind = kind
    level.nothing = nothing
    level.count = 0
    level.tag = null
    return level
  }

  private fun takeTag(): Atom? = level.tag.also { level.tag = null }

  /** Before what is no class of its own: as a case it is the one field of its tuple. */
  private fun lead() {
    val tag = takeTag() ?: return
    out.tupleHead(2)
    out.atom(tag)
  }

  // --- values ------------------------------------------------------------------------------------

  override fun encodeTerm(term: Term) {
    lead()
    out.term(term)
  }

  private fun encodeAtom(atom: Atom) {
    lead()
    out.atom(atom)
  }

  override fun encodeNull(): Unit = encodeAtom(level.nothing)

  override fun encodeBoolean(value: Boolean): Unit = encodeAtom(Atom.of(value))

  override fun encodeByte(value: Byte): Unit = encodeLong(value.toLong())

  override fun encodeShort(value: Short): Unit = encodeLong(value.toLong())

  override fun encodeInt(value: Int): Unit = encodeLong(value.toLong())

  override fun encodeChar(value: Char): Unit = encodeLong(value.code.toLong())

  override fun encodeLong(value: Long) {
    lead()
    out.integer(value)
  }

  override fun encodeFloat(value: Float): Unit = encodeDouble(value.toDouble())

  override fun encodeDouble(value: Double) {
    if (!value.isFinite()) throw NotDirect
    lead()
    out.flt(value)
  }

  override fun encodeString(value: String) {
    if (level.kind == Kind.CASE && level.tag == null) return // the tag says it
    lead()
    if (!out.text(value)) throw NotDirect
  }

  override fun encodeEnum(enumDescriptor: SerialDescriptor, index: Int): Unit =
    encodeAtom(enums[enumDescriptor].atom(index))

  override fun encodeInline(descriptor: SerialDescriptor): Encoder =
    if (descriptor.serialName in UNSIGNED) throw NotDirect else this

  override fun <T> encodeSerializableValue(serializer: SerializationStrategy<T>, value: T) {
    val descriptor = serializer.descriptor
    if (value is ByteArray && descriptor == BYTES) {
      lead()
      out.binary(value)
    } else if (hasFormOfItsOwn(descriptor)) {
      if (level.nothing != etf.options.nothing) throw NotDirect
      encodeTerm(etf.encodeToTerm(serializer, value))
    } else {
      super<AbstractEncoder>.encodeSerializableValue(serializer, value)
    }
  }

  /** Whether all elements have to be there to say how they look: keys, and what may be a string. */
  private fun hasFormOfItsOwn(descriptor: SerialDescriptor): Boolean =
    when (descriptor.kind) {
      StructureKind.MAP -> true
      StructureKind.LIST -> mayBeIntegers(descriptor.getElementDescriptor(0))
      else -> false
    }

  private fun mayBeIntegers(element: SerialDescriptor): Boolean =
    when (element.kind) {
      PrimitiveKind.STRING,
      PrimitiveKind.BOOLEAN,
      PrimitiveKind.FLOAT,
      PrimitiveKind.DOUBLE -> false
      is PrimitiveKind,
      SerialKind.CONTEXTUAL -> true
      else -> element.isInline
    }

  // --- structures --------------------------------------------------------------------------------

  override fun beginCollection(
    descriptor: SerialDescriptor,
    collectionSize: Int,
  ): CompositeEncoder {
    if (descriptor.kind != StructureKind.LIST) throw NotDirect
    lead()
    if (collectionSize > 0) out.listHead(collectionSize)
    enter(Kind.LIST, level.nothing)
    return this
  }

  override fun beginStructure(descriptor: SerialDescriptor): CompositeEncoder {
    when (descriptor.kind) {
      StructureKind.CLASS -> beginClass(descriptor)
      StructureKind.OBJECT -> {
        val tag = takeTag()
        val shape = shapes[descriptor]
        out.atom(tag ?: shape.tag)
        enter(Kind.ORDERED, shape.nothing)
      }
      is PolymorphicKind -> {
        lead()
        enter(Kind.CASE, level.nothing)
      }
      else -> throw NotDirect
    }
    return this
  }

  private fun beginClass(descriptor: SerialDescriptor) {
    val tag = takeTag()
    val shape = shapes[descriptor]
    if (!shape.isPlain) throw NotDirect
    val inner = enter(Kind.ORDERED, shape.nothing)
    inner.shape = shape
    val isTagged = tag != null && shape.caseForm != ClassForm.STRUCT
    val form = if (isTagged) shape.caseForm else shape.form
    val fields = descriptor.elementsCount
    when (form) {
      ClassForm.TUPLE -> out.tupleHead(fields)
      ClassForm.RECORD -> beginTagged(if (isTagged) tag else shape.tag, fields)
      else -> {
        if (isTagged) beginTagged(tag, 1)
        beginKeyed(inner, shape, fields)
      }
    }
  }

  private fun beginTagged(tag: Atom, fields: Int) {
    if (fields > 0) out.tupleHead(fields + 1)
    out.atom(tag)
  }

  private fun beginKeyed(inner: Level, shape: ClassShape, fields: Int) {
    inner.kind = Kind.KEYED
    if (inner.starts.size < fields) inner.starts = IntArray(fields)
    out.mapHead(if (shape.module == null) fields else fields + 1)
    shape.module?.let {
      out.atom(STRUCT)
      out.atom(it)
    }
  }

  override fun encodeElement(descriptor: SerialDescriptor, index: Int): Boolean {
    val level = level
    when (level.kind) {
      Kind.ORDERED -> if (index != level.count++) throw NotDirect
      Kind.KEYED -> {
        if (index != level.count) throw NotDirect
        level.starts[level.count++] = writer.position()
        when (val key = level.shape!!.key(index)) {
          is Atom -> out.atom(key)
          else -> out.term(key)
        }
      }
      Kind.ROOT,
      Kind.LIST,
      Kind.CASE -> {}
    }
    return true
  }

  override fun <T> encodeSerializableElement(
    descriptor: SerialDescriptor,
    index: Int,
    serializer: SerializationStrategy<T>,
    value: T,
  ) {
    if (level.kind == Kind.CASE) level.tag = tags[serializer.descriptor]
    super<AbstractEncoder>.encodeSerializableElement(descriptor, index, serializer, value)
  }

  override fun endStructure(descriptor: SerialDescriptor) {
    val level = level
    when (level.kind) {
      Kind.LIST -> out.nil()
      Kind.ORDERED -> if (level.count != descriptor.elementsCount) throw NotDirect
      Kind.KEYED -> {
        if (level.count != descriptor.elementsCount) throw NotDirect
        val shape = level.shape!!
        if (!shape.isInOrder) writer.reorder(level.starts, level.count, shape.order)
      }
      Kind.ROOT,
      Kind.CASE -> {}
    }
    this.level = levels[--depth]
  }
}
