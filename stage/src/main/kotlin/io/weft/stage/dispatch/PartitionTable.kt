package io.weft.stage.dispatch

import io.weft.mapping.NamingStrategy
import io.weft.term.Atom
import io.weft.term.BigTerm
import io.weft.term.Binary
import io.weft.term.IntTerm
import java.math.BigInteger

/**
 * The partitions by their names, however they are said: the integer, atom or binary of another node
 * means what a number, text or enum constant of this one means.
 *
 * @throws IllegalArgumentException if there is none, or two have one name
 */
internal class PartitionTable<E : Any>(private val names: List<Any>) {
  val all: List<Partition<E>> = names.map { Partition(it) }

  /** Whether the names are the numbers from 0 on. */
  private val numbered = names.withIndex().all { (i, name) -> name == i }

  private val byKey = HashMap<Any, Partition<E>>()

  init {
    require(names.isNotEmpty()) { "there must be at least one partition" }
    for (partition in all) {
      require(byKey.put(key(partition.name), partition) == null) {
        "two partitions have one name: ${partition.name}"
      }
    }
  }

  /** Returns the partition of that name, or null. */
  operator fun get(name: Any): Partition<E>? =
    if (numbered && name is Int) all.getOrNull(name) else byKey[name] ?: byKey[key(name)]

  /** Returns the partition of that number, if the names are numbers. */
  fun numbered(number: Int): Partition<E> = all[number]

  /** The name as Elixir writes it. */
  fun text(name: Any): String =
    when (val key = key(name)) {
      is String -> ":$key"
      else -> key.toString()
    }

  /** All names. */
  override fun toString(): String = names.joinToString(", ", "[", "]") { text(it) }

  private fun key(name: Any): Any =
    when (name) {
      is Int -> name.toLong()
      is Short -> name.toLong()
      is Byte -> name.toLong()
      is IntTerm -> name.value()
      is BigTerm -> name.value()
      is BigInteger -> if (name.bitLength() < Long.SIZE_BITS) name.toLong() else name
      is Atom -> name.name()
      is Binary -> name.utf8OrNull() ?: name
      is Boolean -> name.toString()
      is Enum<*> -> NamingStrategy.SNAKE_CASE.nameOf(name.name)
      else -> name
    }
}
