package io.weft.examples.etl

import com.zaxxer.hikari.HikariConfig
import com.zaxxer.hikari.HikariDataSource
import java.math.BigDecimal
import java.nio.file.Files
import java.nio.file.Path
import java.sql.Connection
import java.sql.PreparedStatement
import java.sql.SQLException

/** How far the load of a source is, as a database has it. */
internal class Progress(val position: Position, val fingerprint: String, val settings: String)

/**
 * A database that rows are written to. What is there already stays, so a batch may come again: its
 * rows are known by the number of their record.
 */
internal class Target(private val database: Database, private val table: Table) : AutoCloseable {
  private val connections: HikariDataSource = database.connect()
  private val rows = quoted(table.name)
  private val rejects = quoted(table.name + "_rejects")
  private val progress = quoted(table.name + "_progress")

  /** Makes the tables that are not there. One that is not of this program stays as it is. */
  fun create() = transaction {
    checkOwn()
    val line = "${quoted(Table.LINE)} ${database.number} PRIMARY KEY"
    val columns =
      table.columns.joinToString("") { ", ${quoted(it.name)} ${database.type(it.type)}" }
    execute("CREATE TABLE IF NOT EXISTS $rows ($line$columns)")
    execute("CREATE TABLE IF NOT EXISTS $rejects ($line, text TEXT NOT NULL, why TEXT NOT NULL)")
    execute(
      "CREATE TABLE IF NOT EXISTS $progress (one INTEGER PRIMARY KEY, bytes ${database.number} NOT" +
        " NULL, records ${database.number} NOT NULL, fingerprint TEXT NOT NULL, settings TEXT NOT NULL)"
    )
  }

  /** Forgets what was loaded. */
  fun drop() = transaction {
    checkOwn()
    for (each in listOf(rows, rejects, progress)) execute("DROP TABLE IF EXISTS $each")
  }

  private fun Connection.checkOwn() {
    if (database.has(this, table.name) && !database.has(this, table.name + "_progress"))
      throw EtlException(
        "${table.name} in $database is a table that no load has made: give another --table"
      )
  }

  /**
   * Returns how far it is. Who begins writes down what is loaded before the first row, so that no
   * row of another source comes between, whenever this one is killed.
   */
  fun begin(state: Progress): Progress = transaction {
    prepareStatement("INSERT INTO $progress VALUES (1, ?, ?, ?, ?) ON CONFLICT (one) DO NOTHING")
      .use {
        it.setLong(1, state.position.bytes)
        it.setLong(2, state.position.records)
        it.setString(3, state.fingerprint)
        it.setString(4, state.settings)
        it.executeUpdate()
      }
    readProgress()
  }

  fun progress(): Progress = transaction { readProgress() }

  private fun Connection.readProgress(): Progress =
    prepareStatement("SELECT bytes, records, fingerprint, settings FROM $progress").use { select ->
      select.executeQuery().use {
        check(it.next()) { "$progress is empty" }
        Progress(Position(it.getLong(1), it.getLong(2)), it.getString(3), it.getString(4))
      }
    }

  fun save(position: Position) = transaction {
    prepareStatement("UPDATE $progress SET bytes = ?, records = ?").use {
      it.setLong(1, position.bytes)
      it.setLong(2, position.records)
      it.executeUpdate()
    }
  }

  /** Writes a batch, all of it or nothing. */
  fun write(batch: List<Loaded>) = transaction {
    insert(rows, table.columns.size, batch.filterIsInstance<Row>()) { row ->
      row.values.forEachIndexed { i, value -> bind(i + 2, value) }
    }
    insert(rejects, 2, batch.filterIsInstance<Reject>()) { reject ->
      setString(2, reject.text)
      setString(3, reject.why)
    }
  }

  private fun <L : Loaded> Connection.insert(
    into: String,
    columns: Int,
    batch: List<L>,
    bind: PreparedStatement.(L) -> Unit,
  ) {
    if (batch.isEmpty()) return
    val values = "?" + ", ?".repeat(columns)
    val conflict = "ON CONFLICT (${quoted(Table.LINE)}) DO NOTHING"
    prepareStatement("INSERT INTO $into VALUES ($values) $conflict").use { insert ->
      for (each in batch) {
        insert.setLong(1, each.number)
        insert.bind(each)
        insert.addBatch()
      }
      insert.executeBatch()
    }
  }

  private fun PreparedStatement.bind(index: Int, value: Any?) {
    if (value is BigDecimal && database.keepsDecimalsAsText) setString(index, canonical(value))
    else setObject(index, value)
  }

  private fun Connection.execute(sql: String) {
    createStatement().use { it.execute(sql) }
  }

  /**
   * Runs it in one transaction, which may come again. What fails is tried again: each connection of
   * the pool may be one that broke with its server, and a new one waits until that is back.
   */
  private fun <T> transaction(code: Connection.() -> T): T {
    repeat(connections.maximumPoolSize) {
      try {
        return once(code)
      } catch (_: SQLException) {
        // again, by another connection
      }
    }
    try {
      return once(code)
    } catch (failure: SQLException) {
      throw SQLException("$database: ${failure.message}", failure.sqlState, failure)
    }
  }

  private fun <T> once(code: Connection.() -> T): T =
    connections.connection.use {
      try {
        it.code().also { _ -> it.commit() }
      } catch (failure: Throwable) {
        runCatching { it.rollback() }.onFailure(failure::addSuppressed)
        throw failure
      }
    }

  override fun close() = connections.close()

  override fun toString(): String = "$database"
}

internal fun quoted(name: String): String = '"' + name.replace("\"", "\"\"") + '"'

/** What differs from one kind of database to the other. */
internal enum class Kind(val number: String, private val decimal: String) {
  SQLITE("INTEGER", "TEXT"),
  POSTGRESQL("BIGINT", "NUMERIC");

  fun type(type: ColumnType): String =
    when (type) {
      ColumnType.TEXT -> "TEXT"
      ColumnType.INTEGER -> "BIGINT"
      ColumnType.DECIMAL -> decimal
      ColumnType.BOOLEAN -> "BOOLEAN"
    }
}

/** Where a database is. */
internal class Database
private constructor(
  private val kind: Kind,
  private val url: String,
  private val file: Path? = null,
) {
  val name: String
    get() = kind.name.lowercase()

  val number: String
    get() = kind.number

  /** SQLite would make a rounded one of a decimal. */
  val keepsDecimalsAsText: Boolean
    get() = kind == Kind.SQLITE

  fun type(type: ColumnType): String = kind.type(type)

  override fun toString(): String = name

  /** SQLite would make what is not there. */
  fun requireThere() {
    if (file != null && Files.notExists(file)) throw EtlException("$name: $file is no file")
  }

  /** Whether there is a table of this name. */
  fun has(connection: Connection, table: String): Boolean =
    connection.metaData.getTables(null, connection.schema, table, null).use { found ->
      generateSequence { if (found.next()) found.getString("TABLE_NAME") else null }
        .any { it.equals(table, ignoreCase = kind == Kind.SQLITE) }
    }

  /** Two connections are enough: one writes rows, the other how far they go. */
  fun connect(): HikariDataSource {
    val config = HikariConfig()
    config.jdbcUrl = url
    config.isAutoCommit = false
    config.maximumPoolSize = if (kind == Kind.SQLITE) 1 else 2
    if (kind == Kind.SQLITE) {
      config.addDataSourceProperty("journal_mode", "WAL")
      config.addDataSourceProperty("synchronous", "NORMAL")
      config.addDataSourceProperty("busy_timeout", "$LOCKED_MILLIS")
    } else {
      config.addDataSourceProperty("reWriteBatchedInserts", "true")
    }
    try {
      return HikariDataSource(config)
    } catch (failed: RuntimeException) {
      throw EtlException("cannot connect to $name: ${(failed.cause ?: failed).message}")
    }
  }

  companion object {
    /** So long another program may hold a database of SQLite. */
    private const val LOCKED_MILLIS = 5_000

    fun sqlite(file: String) = Database(Kind.SQLITE, "jdbc:sqlite:$file", Path.of(file))

    fun postgresql(url: String): Database {
      if (!url.startsWith("jdbc:postgresql:"))
        throw EtlException("PostgreSQL is at jdbc:postgresql://HOST/DATABASE?user=..., not at $url")
      return Database(Kind.POSTGRESQL, url)
    }
  }
}
