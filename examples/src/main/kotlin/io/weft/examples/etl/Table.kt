package io.weft.examples.etl

/** A table, and beside it one of rejects and one of how far the load is. */
internal class Table(val name: String, val columns: List<Column>) {
  init {
    if (!NAME.matches(name))
      throw EtlException("'$name' is no name for a table: letters, digits and _, 40 at most")
    if (columns.size > MOST) throw EtlException("a table has $MOST columns, not ${columns.size}")
    columns.forEachIndexed { i, column -> check(i, column.name) }
    val twice = columns.groupBy { it.name.lowercase() }.filterValues { it.size > 1 }.keys
    if (twice.isNotEmpty())
      throw EtlException("more than one column is called $twice: see --columns")
  }

  private fun check(i: Int, name: String) {
    if (name.isBlank()) throw EtlException("column ${i + 1} has no name: see --columns")
    if (name.lowercase() == LINE) throw EtlException("$LINE is the number of the record: rename it")
    if (name.toByteArray().size > LONGEST || name.any { it.isISOControl() })
      throw EtlException("'$name' is no name for a column: $LONGEST bytes at most")
  }

  /** How the names of its columns and their types are written down. */
  val signature: String
    get() = columns.joinToString { "${it.name} ${it.type.name.lowercase()}" }

  companion object {
    /** What the column is called that has the number of the record. */
    const val LINE = "_line"

    private val NAME = Regex("[A-Za-z_][A-Za-z0-9_]{0,39}")
    private const val MOST = 1_000

    /** PostgreSQL cuts off what is longer. */
    private const val LONGEST = 63
  }
}
