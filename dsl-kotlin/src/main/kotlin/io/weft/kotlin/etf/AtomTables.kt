package io.weft.kotlin.etf

import io.weft.term.Atom
import java.util.concurrent.ConcurrentHashMap
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.elementNames

/**
 * The atoms that a class, an enum or a sealed hierarchy uses, worked out once for each descriptor.
 */
internal class AtomTables {
  private val known = ConcurrentHashMap<SerialDescriptor, AtomTable>()

  @OptIn(ExperimentalSerializationApi::class)
  fun of(descriptor: SerialDescriptor): AtomTable =
    known[descriptor]
      ?: AtomTable(descriptor.serialName, descriptor.elementNames.toList()).also {
        known[descriptor] = it
      }

  /**
   * The cases of a sealed hierarchy; their names are the element names of the descriptor's second
   * element.
   */
  @OptIn(ExperimentalSerializationApi::class)
  fun casesOf(descriptor: SerialDescriptor): AtomTable = of(descriptor.getElementDescriptor(1))
}

/** Names and their atoms, in order. */
internal class AtomTable(owner: String, val names: List<String>) {
  private val atoms: List<Atom> = names.map { Atom.of(tagOf(it)) }
  private val indices: Map<Atom, Int> =
    atoms.withIndex().associate { (index, atom) -> atom to index }

  init {
    require(indices.size == atoms.size) {
      val twice = atoms.groupingBy { it }.eachCount().filterValues { it > 1 }.keys
      "$owner has two names for $twice: give one another @SerialName"
    }
  }

  fun atom(index: Int): Atom = atoms[index]

  fun indexOf(atom: Atom): Int = indices[atom] ?: -1

  override fun toString(): String = atoms.joinToString(", ")
}

/** Whether the class of the descriptor has the form of a plain tuple. */
@OptIn(ExperimentalSerializationApi::class)
internal val SerialDescriptor.isTuple: Boolean
  get() = serialName.removeSuffix("?") in PLAIN_TUPLES || annotations.any { it is EtfTuple }

private val PLAIN_TUPLES = setOf("kotlin.Pair", "kotlin.Triple")

/** The last segment of a serial name in snake_case. */
internal fun tagOf(serialName: String): String =
  snakeCase(serialName.removeSuffix("?").substringAfterLast('.'))

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
