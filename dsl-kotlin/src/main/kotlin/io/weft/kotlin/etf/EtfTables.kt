@file:OptIn(ExperimentalSerializationApi::class)

package io.weft.kotlin.etf

import io.weft.term.Atom
import io.weft.term.MapTerm
import io.weft.term.Term
import io.weft.term.Tuple
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.descriptors.PolymorphicKind
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.StructureKind
import kotlinx.serialization.descriptors.elementDescriptors
import kotlinx.serialization.descriptors.elementNames
import kotlinx.serialization.descriptors.getPolymorphicDescriptors
import kotlinx.serialization.modules.SerializersModule

/** What classes, enums and hierarchies look like, worked out once for each descriptor. */
internal class EtfTables(
  private val options: EtfOptions,
  private val module: SerializersModule,
) {
  private val tags = DescriptorCache(::tagAtom)
  private val classes = DescriptorCache { ClassShape(it, options, tagAtom(it)) }
  private val enums = DescriptorCache(::enumTable)
  private val sealed = DescriptorCache { CaseTable(it.serialName, it.elementDescriptors, this) }
  private val open = DescriptorCache {
    CaseTable(it.serialName, module.getPolymorphicDescriptors(it), this)
  }

  fun of(descriptor: SerialDescriptor): ClassShape = classes[descriptor]

  /** The entries of an enum. */
  fun enumOf(descriptor: SerialDescriptor): AtomTable = enums[descriptor]

  /** The cases of a hierarchy: of a sealed one the elements of its descriptor's second element. */
  fun casesOf(descriptor: SerialDescriptor): CaseTable =
    if (descriptor.kind == PolymorphicKind.SEALED) sealed[descriptor.getElementDescriptor(1)]
    else open[descriptor]

  /** How many fields may follow the tag of a class as a case. */
  fun fieldCounts(descriptor: SerialDescriptor): IntRange {
    val shape = if (descriptor.kind == StructureKind.CLASS) of(descriptor) else null
    return when {
      descriptor.kind == StructureKind.OBJECT -> 0..0
      shape == null || shape.caseForm.isKeyed -> 1..1
      else -> shape.required..descriptor.elementsCount
    }
  }

  /** The atom that stands for a class: the tag of its tuple, or all there is of an `object`. */
  fun tagOf(descriptor: SerialDescriptor): Atom = tags[descriptor]

  /** `Unit` is what Erlang's functions without a result return. */
  private fun tagAtom(descriptor: SerialDescriptor): Atom =
    when (val name = descriptor.serialName) {
      "kotlin.Unit" -> Atom.OK
      else ->
        Atom.of(
          options.type(name)?.tag ?: descriptor.annotations.exactTag() ?: options.nameOf(name)
        )
    }

  private fun enumTable(owner: SerialDescriptor): AtomTable =
    AtomTable(
      owner.serialName,
      owner.elementNames.mapIndexed { index, name ->
        Atom.of(owner.getElementAnnotations(index).exactTag() ?: options.nameOf(name))
      },
    )
}

/** The atoms of an enum, in the order of its entries. */
internal class AtomTable(owner: String, private val atoms: List<Atom>) {
  private val indices: Map<Atom, Int> =
    atoms.withIndex().associate { (index, atom) -> atom to index }

  init {
    require(indices.size == atoms.size) {
      val twice = atoms.groupingBy { it }.eachCount().filterValues { it > 1 }.keys
      "$owner has two names for $twice: give one another @SerialName or @EtfTag"
    }
  }

  fun atom(index: Int): Atom = atoms[index]

  fun indexOf(atom: Atom): Int = indices[atom] ?: -1

  override fun toString(): String = atoms.joinToString(", ")
}

/**
 * The cases of a hierarchy: told by their tag and, where several have one tag, by how many fields
 * follow it; structs by their module.
 */
internal class CaseTable(owner: String, cases: Iterable<SerialDescriptor>, tables: EtfTables) {
  private class Case(val serialName: String, val fields: IntRange)

  private val tagged = LinkedHashMap<Atom, MutableList<Case>>()
  private val structs = LinkedHashMap<Atom, String>()

  init {
    for (each in cases) {
      val shape = if (each.kind == StructureKind.CLASS) tables.of(each) else null
      val module = shape?.module
      if (module != null) {
        require(structs.put(module, each.serialName) == null) {
          "$owner has two structs for [$module]"
        }
        continue
      }
      val case = Case(each.serialName, tables.fieldCounts(each))
      val same = tagged.getOrPut(tables.tagOf(each)) { ArrayList(1) }
      require(same.none { it.fields.overlaps(case.fields) }) {
        "$owner has two names for [${tables.tagOf(each)}]: give one another @SerialName or @EtfTag"
      }
      same.add(case)
    }
  }

  private fun IntRange.overlaps(other: IntRange) = first <= other.last && other.first <= last

  /** The serial name of the case that a term is; null if it is none. */
  fun nameOf(term: Term): String? {
    val tag = tagOf(term) ?: return structOf(term)?.let(structs::get)
    return nameOf(tag, (term as? Tuple)?.arity()?.minus(1) ?: 0)
  }

  /**
   * The serial name of the case that a tag with so many [fields] behind it is; null if it is none.
   */
  fun nameOf(tag: Atom, fields: Int): String? {
    val same = tagged[tag] ?: return null
    // if none fits, the first one tells what it expects
    return (same.firstOrNull { fields in it.fields } ?: same.first()).serialName
  }

  override fun toString(): String =
    (tagged.keys.map { it.toString() } + structs.keys.map { "%$it{}" }).joinToString(", ")
}

internal val STRUCT: Atom = Atom.of("__struct__")

/** The module of the struct that a term is. */
internal fun structOf(term: Term): Atom? = (term as? MapTerm)?.get(STRUCT) as? Atom

/** The atom that a case or a record begins with, or is. */
internal fun tagOf(term: Term): Atom? =
  term as? Atom ?: (term as? Tuple)?.elements?.firstOrNull() as? Atom
