package io.weft.examples.etl

import io.weft.examples.interop.runCommand
import java.nio.file.Path
import picocli.CommandLine.ArgGroup
import picocli.CommandLine.Command
import picocli.CommandLine.Model.CommandSpec
import picocli.CommandLine.Option
import picocli.CommandLine.Parameters
import picocli.CommandLine.Spec

/**
 * Loads files into databases: a start for programs that move much data and must not lose any.
 *
 * ```
 * etl generate orders.csv --rows 1000000 --lookup customers.csv
 * etl load orders.csv --sqlite orders.db --postgres jdbc:postgresql://localhost/shop?user=me
 * etl digest orders --sqlite orders.db
 * ```
 */
@Command(
  name = "etl",
  mixinStandardHelpOptions = true,
  description = ["Loads CSV and NDJSON files into SQLite and PostgreSQL."],
  subcommands = [LoadCommand::class, DigestCommand::class, GenerateCommand::class],
)
internal class Etl

/** Where tables are. */
internal class Databases {
  @Option(names = ["--sqlite"], paramLabel = "FILE", description = ["a database of SQLite"])
  var sqlite: String? = null

  @Option(
    names = ["--postgres"],
    paramLabel = "URL",
    description = ["jdbc:postgresql://HOST/DATABASE?user=USER&password=PASSWORD"],
  )
  var postgres: String? = null

  fun all(): List<Database> =
    listOfNotNull(sqlite?.let(Database::sqlite), postgres?.let(Database::postgresql))
}

@Command(
  name = "digest",
  mixinStandardHelpOptions = true,
  description = ["Says in a line what a table has: the same for the same rows, in any database."],
)
internal class DigestCommand : Runnable {
  @Spec lateinit var spec: CommandSpec

  @Parameters(paramLabel = "TABLE") lateinit var table: String

  @ArgGroup(exclusive = false, multiplicity = "1", heading = "Where it is, in one or both:%n")
  lateinit var databases: Databases

  override fun run() {
    for (database in databases.all()) {
      val (rows, rejects) = Digest.of(database, table)
      spec.commandLine().out.println("${database.name} $table: $rows; rejects: $rejects")
    }
  }
}

@Command(
  name = "generate",
  mixinStandardHelpOptions = true,
  description = ["Writes orders that were made up, the same for the same seed."],
)
internal class GenerateCommand : Runnable {
  @Parameters(paramLabel = "FILE", description = ["a name that ends with .csv or .ndjson"])
  lateinit var file: Path

  @Option(names = ["--rows"], description = ["how many: \${DEFAULT-VALUE}"])
  var rows: Long = 100_000

  @Option(names = ["--seed"], description = ["of chance: \${DEFAULT-VALUE}"]) var seed: Long = 1

  @Option(names = ["--bad"], description = ["the share of those that are none: \${DEFAULT-VALUE}"])
  var bad: Double = 0.001

  @Option(names = ["--lookup"], paramLabel = "FILE", description = ["write their customers there"])
  var lookup: Path? = null

  override fun run() {
    val made = Generate(seed, rows, bad)
    made.orders(file, ndjson = isNdjson(file))
    lookup?.let(made::customers)
  }
}

/** Whether that is a file of JSON objects; if not it is one of CSV. */
internal fun isNdjson(file: Path): Boolean =
  when (file.fileName.toString().substringAfterLast('.')) {
    "ndjson",
    "jsonl" -> true
    "csv" -> false
    else -> throw EtlException("what is in $file? its name should end with .csv or .ndjson")
  }

public fun main(args: Array<String>): Unit = runCommand(Etl(), args)
