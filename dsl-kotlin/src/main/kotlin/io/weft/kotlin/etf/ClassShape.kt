@file:OptIn(ExperimentalSerializationApi::class)

package io.weft.kotlin.etf

import io.weft.mapping.EtfKeys
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.Term
import io.weft.term.TermOrder
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.elementNames

/** The form of a class. */
internal enum class ClassForm {
  MAP,
  TUPLE,
  RECORD,
  PROPLIST,
  STRUCT;

  /** Whether fields stand under keys. */
  val isKeyed: Boolean
    get() = this == MAP || this == PROPLIST || this == STRUCT
}

/** What a class looks like, worked out once from its descriptor: see [EtfTables]. */
internal class ClassShape(descriptor: SerialDescriptor, options: EtfOptions, val tag: Atom) {
  private val own = options.type(descriptor.serialName)
  private val marked = own?.form ?: markedForm(descriptor)

  /** Outside of hierarchies. */
  val form: ClassForm =
    marked
      ?: when {
        descriptor.annotations.any { it is EtfTag } -> ClassForm.RECORD
        descriptor.serialName in PLAIN_TUPLES -> ClassForm.TUPLE
        else -> ClassForm.MAP
      }

  /** As a case of a hierarchy. */
  val caseForm: ClassForm = marked?.takeIf { it.isKeyed } ?: ClassForm.RECORD

  /** The module of a struct. */
  val module: Atom? =
    (own?.module ?: descriptor.annotations.firstOf<EtfStruct>()?.module)
      ?.takeIf { marked == ClassForm.STRUCT }
      ?.let { Atom.of(if (it.startsWith(ELIXIR)) it else ELIXIR + it) }

  val ignoresUnknown: Boolean = own?.ignoresUnknown ?: options.ignoreUnknownKeys

  /** What a null in it is. */
  val nothing: Atom = if (module != null) NIL else options.nothing

  /** Whether fields may be left out that are default, or null. */
  private val mayOmit = module == null && marked != ClassForm.TUPLE && marked != ClassForm.RECORD
  val omitsDefaults: Boolean = mayOmit && !options.encodeDefaults
  val omitsAbsent: Boolean = mayOmit && options.omitAbsent

  /** Which field takes unknown keys; -1 for none. */
  val rest: Int =
    (0 until descriptor.elementsCount).indexOfFirst {
      descriptor.getElementAnnotations(it).firstOf<EtfRest>() != null
    }

  /** Of each field; null for the rest. */
  private val fieldKeys: List<Term?> = run {
    val kind = own?.keys ?: descriptor.annotations.firstOf<EtfMap>()?.keys ?: EtfKeys.ATOMS
    List(descriptor.elementsCount) { field ->
      if (field == rest) null else kind.of(keyName(descriptor, field, options))
    }
  }

  private val indices: Map<Term, Int> = buildMap {
    fieldKeys.forEachIndexed { field, key -> if (key != null) put(key, field) }
    require(size == fieldKeys.count { it != null }) {
      val twice =
        fieldKeys.filterNotNull().groupingBy { it }.eachCount().filterValues { it > 1 }.keys
      "${descriptor.serialName} has two names for $twice: give one another @SerialName or @EtfTag"
    }
  }

  /** The fields with a key, in the order in which a map is written. */
  val order: IntArray =
    fieldKeys.indices
      .filter { it != rest }
      .sortedWith { a, b -> TermOrder.EXACT.compare(key(a), key(b)) }
      .toIntArray()

  /** Beside the form of its type. */
  val fieldForms: Array<FieldForm> =
    Array(descriptor.elementsCount) { FieldForm.of(descriptor.getElementAnnotations(it)) }

  /** Whether its fields are in that order as they are declared. */
  val isInOrder: Boolean = order.indices.all { order[it] == it }

  /**
   * Whether all its fields are always there, each in the form of its type: what is written and read
   * without terms.
   */
  val isPlain: Boolean =
    rest < 0 &&
      !omitsDefaults &&
      !omitsAbsent &&
      marked != ClassForm.PROPLIST &&
      fieldForms.all { it == FieldForm.Plain }

  /** How many fields a tuple has at least. */
  val required: Int =
    (descriptor.elementsCount downTo 1).firstOrNull { !descriptor.isElementOptional(it - 1) } ?: 0

  fun key(field: Int): Term = checkNotNull(fieldKeys[field]) { "field $field has no key" }

  fun indexOf(key: Term): Int = indices[key] ?: -1

  private fun keyName(descriptor: SerialDescriptor, field: Int, options: EtfOptions): String {
    val name = descriptor.getElementName(field)
    return own?.names?.get(name)
      ?: descriptor.getElementAnnotations(field).exactTag()
      ?: options.nameOf(name)
  }

  init {
    val unknown = own?.names?.keys.orEmpty() - descriptor.elementNames.toSet()
    require(unknown.isEmpty()) { "${descriptor.serialName} has no field $unknown" }
  }

  /** The known keys, for people. */
  override fun toString(): String = order.joinToString { key(it).toString() }

  private companion object {
    const val ELIXIR = "Elixir."
    val PLAIN_TUPLES = setOf("kotlin.Pair", "kotlin.Triple")

    fun EtfKeys.of(name: String): Term =
      when (this) {
        EtfKeys.ATOMS -> Atom.of(name)
        EtfKeys.BINARIES -> Binary.utf8(name)
      }

    fun markedForm(descriptor: SerialDescriptor): ClassForm? {
      val forms =
        descriptor.annotations.mapNotNull {
          when (it) {
            is EtfMap -> ClassForm.MAP
            is EtfTuple -> ClassForm.TUPLE
            is EtfRecord -> ClassForm.RECORD
            is EtfProplist -> ClassForm.PROPLIST
            is EtfStruct -> ClassForm.STRUCT
            else -> null
          }
        }
      require(forms.size <= 1) { "${descriptor.serialName} has more than one form: $forms" }
      return forms.singleOrNull()
    }
  }
}

internal inline fun <reified A : Annotation> List<Annotation>.firstOf(): A? =
  firstOrNull { it is A } as A?

internal fun List<Annotation>.exactTag(): String? = firstOf<EtfTag>()?.name
