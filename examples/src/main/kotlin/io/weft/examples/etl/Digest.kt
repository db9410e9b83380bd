package io.weft.examples.etl

import java.security.MessageDigest
import java.sql.Connection
import java.sql.ResultSet
import java.sql.Types
import java.util.HexFormat

/** What a table has, told in so few words that two of them can be compared. */
internal data class Digest(val rows: Long, val sha256: String) {
  override fun toString(): String = "$rows rows, sha256 $sha256"

  companion object {
    /** Reads the table of a name, and its rejects, in the order of the records. */
    fun of(database: Database, table: String): Pair<Digest, Digest> {
      database.requireThere()
      return database.connect().use {
        it.connection.use { connection ->
          val both = listOf(table, table + "_rejects")
          if (!both.all { name -> database.has(connection, name) })
            throw EtlException("$database has no $table that was loaded: was it another --table?")
          of(connection, quoted(table)) to of(connection, quoted(table + "_rejects"))
        }
      }
    }

    private fun of(connection: Connection, table: String): Digest =
      connection.prepareStatement("SELECT * FROM $table ORDER BY ${quoted(Table.LINE)}").use {
        select ->
        select.fetchSize = 1_000
        select.executeQuery().use { rows ->
          val sha = sha256()
          var count = 0L
          while (rows.next()) {
            count++
            sha.add(rows)
          }
          Digest(count, HexFormat.of().formatHex(sha.digest()))
        }
      }

    private fun MessageDigest.add(row: ResultSet) {
      for (i in 1..row.metaData.columnCount) {
        val value = value(row, i)
        update(if (value == null) 0 else 1)
        if (value == null) continue
        val bytes = value.toByteArray()
        update(java.nio.ByteBuffer.allocate(4).putInt(0, bytes.size))
        update(bytes)
      }
    }

    /** As text, save for booleans, whose text is each database's own. */
    private fun value(row: ResultSet, i: Int): String? =
      when (row.metaData.getColumnType(i)) {
        Types.BOOLEAN,
        Types.BIT -> row.getBoolean(i).takeUnless { row.wasNull() }?.toString()
        else -> row.getString(i)
      }
  }
}
