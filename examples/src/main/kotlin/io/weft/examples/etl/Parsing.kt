package io.weft.examples.etl

/** What is made of the records of a source: pure, so that any number of threads may do it. */
internal class Parsing(
  private val format: Format,
  private val lookup: Lookup?,
  private val columns: List<Column>,
) {
  private val key = lookup?.let { format.names.indexOf(it.on) }

  /** Parses a record and enriches it. */
  fun load(record: Record): Loaded =
    try {
      row(record)
    } catch (misfit: Misfit) {
      Reject(record.number, storable(record), checkNotNull(misfit.message))
    }

  private fun row(record: Record): Row {
    val fields = format.fields(textOf(record))
    val all = if (lookup == null) fields else fields + lookup.of(fields[checkNotNull(key)])
    return Row(record.number, List(columns.size) { columns[it].value(all[it]) })
  }

  /** What is no UTF-8, or has no place in a database, becomes U+FFFD. */
  private fun storable(record: Record): String =
    String(record.bytes, Charsets.UTF_8).replace('\u0000', '\uFFFD')

  companion object {
    /**
     * Returns the table that records of a source make, with [types] for columns that are no text.
     */
    fun table(
      name: String,
      format: Format,
      lookup: Lookup?,
      types: Map<String, ColumnType>,
    ): Table {
      if (lookup != null && lookup.on !in format.names)
        throw EtlException("there is no column '${lookup.on}' to look up by, but ${format.names}")
      val names = format.names + lookup?.names.orEmpty()
      val unknown = types.keys - names.toSet()
      if (unknown.isNotEmpty()) throw EtlException("there is no column $unknown to have a type")
      return Table(name, names.map { Column(it, types[it] ?: ColumnType.TEXT) })
    }
  }
}
