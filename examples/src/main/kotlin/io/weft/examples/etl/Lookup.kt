package io.weft.examples.etl

import java.nio.channels.FileChannel
import java.nio.file.Path
import java.util.HexFormat

/**
 * What rows are enriched with: the columns of another file, for the row whose field [on] is the
 * key. Held in memory.
 */
internal class Lookup
private constructor(
  val on: String,
  val names: List<String>,
  private val rows: Map<String, List<String?>>,
  val fingerprint: String,
) {
  private val none: List<String?> = names.map { null }

  /** Returns what is known of a key: nulls if nothing is. */
  fun of(key: String?): List<String?> = rows[key] ?: none

  companion object {
    /** Reads a CSV file with a header, of which one column is called [on]. */
    fun read(file: Path, on: String): Lookup {
      val sha = sha256()
      Records(FileChannel.open(file), Position.BEGIN, SEPARATOR).use { records ->
        val header = records.next() ?: throw EtlException("$file is empty")
        sha.update(header.bytes)
        val names = fieldsOf(file, header)
        val key = names.indexOf(on)
        if (key < 0) throw EtlException("$file has no column '$on', but $names")
        val rows = HashMap<String, List<String?>>()
        for (record in generateSequence(records::next)) {
          if (record.bytes.isEmpty()) continue
          sha.update(NEXT)
          sha.update(record.bytes)
          val fields = fieldsOf(file, record)
          if (fields.size != names.size) throw unlike(file, record, fields, names)
          if (rows.put(fields[key], fields.without(key)) != null)
            throw EtlException("$file: record ${record.number} has the key '${fields[key]}' again")
        }
        return Lookup(on, names.without(key), rows, HexFormat.of().formatHex(sha.digest()))
      }
    }

    private const val SEPARATOR = ','
    private val PARSER = CsvParser(SEPARATOR)
    private const val NEXT: Byte = '\n'.code.toByte()

    private fun unlike(file: Path, record: Record, fields: List<String>, names: List<String>) =
      EtlException(
        "$file: record ${record.number} has ${fields.size} fields, and should have ${names.size}"
      )

    private fun fieldsOf(file: Path, record: Record): List<String> =
      try {
        PARSER.fields(textOf(record))
      } catch (misfit: Misfit) {
        throw EtlException("$file: record ${record.number} ${misfit.message}")
      }

    private fun <T> List<T>.without(index: Int): List<T> = filterIndexed { i, _ -> i != index }
  }
}
