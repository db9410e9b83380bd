@file:OptIn(ExperimentalSerializationApi::class)

package io.weft.kotlin.etf

import io.weft.etf.ElementsReader
import io.weft.node.Node
import io.weft.term.Atom
import io.weft.term.Term
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

/**
 * Reads values from the external format, as [TermSource] would from the terms, without making them.
 * Only what is plain and as it is expected; all else is [NotDirect] or some other exception, and
 * then to be read again as a term. One for many values, one after the other.
 */
internal class DirectDecoder(override val etf: Etf, private val reader: ElementsReader) :
  AbstractDecoder(), TermDecoder {
  override val serializersModule: SerializersModule
    get() = etf.serializersModule

  override val node: Node?
    get() = null

  private val shapes = RecentDescriptors(etf.tables::of)
  private val enums = RecentDescriptors(etf.tables::enumOf)
  private val cases = RecentDescriptors(etf.tables::casesOf)
  private val levels = ArrayList<Level>()
  private var depth = 0
  private var level = Level().also(levels::add)

  private enum class Kind {
    ROOT,
    KEYED,
    ORDERED,
    LIST,
    CASE,
  }

  /** A structure that is open, kept for others of its depth. */
  private class Level {
    var kind = Kind.ROOT
    var shape: ClassShape? = null
    var cases: CaseTable? = null

    /** How many elements there are, and how many of them were read. */
    var size = 0
    var read = 0

    /** How many fields there are if none is missing at the end. */
    var whole = 0

    /** Of a struct, whether its module was not seen yet. */
    var owesModule = false

    /** Of a case, how many fields follow the tag: until its value begins; else -1. */
    var fields = -1
  }

  fun <T> decode(deserializer: DeserializationStrategy<T>): T {
    depth = 0
    level = levels[0]
    level.fields = -1
    return decodeSerializableValue(deserializer)
  }

  private fun enter(kind: Kind, size: Int): Level {
    if (++depth > MAX_DIRECT_DEPTH) throw NotDirect
    if (depth == levels.size) levels.add(Level())
    level = levels[depth]
    level.kind = kind
    level.size = size
    level.read = 0
    level.whole = 0
    level.owesModule = false
    level.fields = -1
    return level
  }

  private fun takeFields(): Int = level.fields.also { level.fields = -1 }

  /** Before what is no class of its own: as a case it is the one field of its tuple. */
  private fun lead() {
    val fields = takeFields()
    if (fields >= 0 && fields != 1) throw NotDirect
  }

  // --- values ------------------------------------------------------------------------------------

  /** A serializer may look at the term more than once. */
  override fun decodeTerm(): Term = throw NotDirect

  override fun unexpected(expected: String): Nothing = throw NotDirect

  override fun decodeNotNullMark(): Boolean {
    if (!reader.isAtom) return true
    val atom = peekAtom()
    return atom != Atom.UNDEFINED && atom != NIL
  }

  private fun peekAtom(): Atom {
    val start = reader.position()
    return reader.atom().also { reader.back(start) }
  }

  override fun decodeNull(): Nothing? {
    lead()
    reader.atom()
    return null
  }

  override fun decodeBoolean(): Boolean {
    lead()
    val atom = reader.atom()
    return if (atom == Atom.TRUE) true else if (atom == Atom.FALSE) false else throw NotDirect
  }

  override fun decodeByte(): Byte =
    integer(Byte.MIN_VALUE.toLong(), Byte.MAX_VALUE.toLong()).toByte()

  override fun decodeShort(): Short =
    integer(Short.MIN_VALUE.toLong(), Short.MAX_VALUE.toLong()).toShort()

  override fun decodeInt(): Int = integer(Int.MIN_VALUE.toLong(), Int.MAX_VALUE.toLong()).toInt()

  override fun decodeChar(): Char = integer(0, Char.MAX_VALUE.code.toLong()).toInt().toChar()

  override fun decodeLong(): Long {
    lead()
    return reader.integer()
  }

  private fun integer(min: Long, max: Long): Long {
    val number = decodeLong()
    return if (number in min..max) number else throw NotDirect
  }

  override fun decodeDouble(): Double {
    lead()
    return reader.number()
  }

  override fun decodeFloat(): Float {
    val number = decodeDouble().toFloat()
    return if (number.isFinite()) number else throw NotDirect
  }

  override fun decodeString(): String {
    if (level.kind == Kind.CASE && level.fields < 0) return caseName()
    lead()
    return reader.text()
  }

  override fun decodeEnum(enumDescriptor: SerialDescriptor): Int {
    lead()
    val index = enums[enumDescriptor].indexOf(reader.atom())
    return if (index >= 0) index else throw NotDirect
  }

  override fun decodeInline(descriptor: SerialDescriptor): Decoder =
    if (descriptor.serialName in UNSIGNED) throw NotDirect else this

  @Suppress("UNCHECKED_CAST") // that serializer is one of byte arrays
  override fun <T> decodeSerializableValue(deserializer: DeserializationStrategy<T>): T {
    val descriptor = deserializer.descriptor
    return when {
      deserializer === ByteArraySerializer() -> {
        lead()
        reader.binary() as T
      }
      BYTES == descriptor -> throw NotDirect
      descriptor.kind == StructureKind.MAP -> {
        lead()
        etf.decodeFromTerm(deserializer, reader.term())
      }
      else -> super<AbstractDecoder>.decodeSerializableValue(deserializer)
    }
  }

  // --- structures --------------------------------------------------------------------------------

  override fun beginStructure(descriptor: SerialDescriptor): CompositeDecoder {
    when (descriptor.kind) {
      StructureKind.CLASS -> beginClass(descriptor)
      StructureKind.LIST -> {
        lead()
        enter(Kind.LIST, reader.listHead())
      }
      StructureKind.OBJECT -> {
        val fields = takeFields()
        if (fields > 0 || fields < 0 && reader.atom() != shapes[descriptor].tag) throw NotDirect
        enter(Kind.ORDERED, 0)
      }
      is PolymorphicKind -> {
        lead()
        enter(Kind.CASE, 0).cases = cases[descriptor]
      }
      else -> throw NotDirect
    }
    return this
  }

  private fun beginClass(descriptor: SerialDescriptor) {
    val fields = takeFields()
    val shape = shapes[descriptor]
    if (!shape.isPlain) throw NotDirect
    val inner = enter(Kind.ORDERED, 0)
    inner.shape = shape
    inner.whole = descriptor.elementsCount
    when (if (fields < 0) shape.form else shape.caseForm) {
      ClassForm.TUPLE -> inner.size = reader.tupleHead()
      ClassForm.RECORD -> inner.size = if (fields < 0) recordHead(shape) else fields
      ClassForm.MAP -> {
        if (fields >= 0 && fields != 1) throw NotDirect
        inner.kind = Kind.KEYED
        inner.size = reader.mapHead()
      }
      ClassForm.STRUCT -> {
        if (fields >= 0) throw NotDirect
        inner.kind = Kind.KEYED
        inner.size = reader.mapHead()
        inner.owesModule = true
      }
      ClassForm.PROPLIST -> throw NotDirect
    }
    if (inner.kind == Kind.ORDERED && inner.size !in shape.required..descriptor.elementsCount) {
      throw NotDirect
    }
  }

  /** How many fields follow the tag. */
  private fun recordHead(shape: ClassShape): Int {
    val arity = reader.tupleHead()
    if (arity == 0 || reader.atom() != shape.tag) throw NotDirect
    return arity - 1
  }

  /** Reads the tag, which says what follows. */
  private fun caseName(): String {
    val isTuple = reader.isTuple
    val arity = if (isTuple) reader.tupleHead() else 1
    if (arity == 0) throw NotDirect
    val name = level.cases!!.nameOf(reader.atom(), arity - 1) ?: throw NotDirect
    level.fields = arity - 1
    return name
  }

  override fun decodeElementIndex(descriptor: SerialDescriptor): Int {
    val level = level
    return when (level.kind) {
      Kind.KEYED -> nextField(level)
      Kind.CASE -> if (level.read < 2) level.read++ else CompositeDecoder.DECODE_DONE
      Kind.ROOT,
      Kind.ORDERED,
      Kind.LIST -> if (level.read < level.size) level.read++ else CompositeDecoder.DECODE_DONE
    }
  }

  /**
   * The field whose key comes next: in the order in which they are written, if a friend wrote it.
   */
  private fun nextField(level: Level): Int {
    val shape = level.shape!!
    while (level.read < level.size) {
      val number = level.read++
      val key = if (reader.isAtom) reader.atom() else reader.term()
      val written = shape.order.getOrElse(number) { -1 }
      if (written >= 0 && key == shape.key(written)) return written
      val field = shape.indexOf(key)
      when {
        field >= 0 -> return field
        level.owesModule && key == STRUCT -> {
          if (reader.atom() != shape.module) throw NotDirect
          level.owesModule = false
        }
        shape.ignoresUnknown -> reader.term()
        else -> throw NotDirect
      }
    }
    return if (level.owesModule) throw NotDirect else CompositeDecoder.DECODE_DONE
  }

  override fun decodeCollectionSize(descriptor: SerialDescriptor): Int = level.size

  /** Whether all elements are there, in order: then nobody asks which comes next. */
  override fun decodeSequentially(): Boolean {
    val level = level
    val isWhole = level.kind == Kind.LIST || level.kind == Kind.ORDERED && level.size == level.whole
    if (isWhole) level.read = level.size
    return isWhole
  }

  override fun endStructure(descriptor: SerialDescriptor) {
    val level = level
    if (level.kind != Kind.CASE && level.read != level.size) throw NotDirect
    if (level.kind == Kind.LIST && level.size > 0) reader.nil()
    this.level = levels[--depth]
  }
}
