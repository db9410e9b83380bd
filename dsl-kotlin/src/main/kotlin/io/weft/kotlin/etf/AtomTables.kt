package io.weft.kotlin.etf

import io.weft.term.Atom
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.elementDescriptors
import kotlinx.serialization.descriptors.elementNames

/**
 * The atoms that classes, enums and sealed hierarchies use, worked out once for each descriptor.
 */
@OptIn(ExperimentalSerializationApi::class)
internal class AtomTables {
  private val tags = DescriptorCache(::tagAtom)
  private val tables = DescriptorCache { owner ->
    val atoms = List(owner.elementsCount) { elementAtom(owner, it) }
    AtomTable(owner.serialName, owner.elementNames.toList(), atoms)
  }
  private val caseTables = DescriptorCache { cases ->
    caseTable(cases.serialName, cases.elementDescriptors)
  }

  /** The fields of a class, or the entries of an enum. */
  fun of(descriptor: SerialDescriptor): AtomTable = tables[descriptor]

  /** The cases of a sealed hierarchy: the elements of its descriptor's second element. */
  fun casesOf(descriptor: SerialDescriptor): AtomTable =
    caseTables[descriptor.getElementDescriptor(1)]

  /** The atom that stands for a class: the tag of its tuple, or all there is of an `object`. */
  fun tagOf(descriptor: SerialDescriptor): Atom = tags[descriptor]
}

/** Names and their atoms, in order. */
internal class AtomTable(owner: String, val names: List<String>, private val atoms: List<Atom>) {
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

internal fun caseTable(owner: String, cases: Iterable<SerialDescriptor>): AtomTable =
  AtomTable(owner, cases.map { it.serialName }, cases.map(::tagAtom))

/** `Unit` is what Erlang's functions without a result return. */
private fun tagAtom(descriptor: SerialDescriptor): Atom =
  when (descriptor.serialName) {
    "kotlin.Unit" -> Atom.OK
    else ->
      Atom.of(descriptor.annotations.exactTag() ?: snakeCase(simpleName(descriptor.serialName)))
  }

private fun elementAtom(owner: SerialDescriptor, index: Int): Atom {
  val name = owner.getElementName(index)
  return Atom.of(owner.getElementAnnotations(index).exactTag() ?: snakeCase(simpleName(name)))
}

private fun List<Annotation>.exactTag(): String? = filterIsInstance<EtfTag>().firstOrNull()?.name

/** The last segment of a serial name. */
internal fun simpleName(serialName: String): String =
  serialName.removeSuffix("?").substringAfterLast('.')

/**
 * `addItem` and `AddItem` are `add_item`, `HTTPPort` is `http_port`, `VERY_FAST` is `very_fast`.
 */
internal fun snakeCase(name: String): String = buildString {
  name.forEachIndexed { i, c ->
    if (c.isUpperCase() && i > 0 && name[i - 1] != '_') {
      val afterWord = !name[i - 1].isUpperCase()
      val beforeWord = i + 1 < name.length && name[i + 1].isLowerCase()
      if (afterWord || beforeWord) append('_')
    }
    append(c.lowercaseChar())
  }
}
