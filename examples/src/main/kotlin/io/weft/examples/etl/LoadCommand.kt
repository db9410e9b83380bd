package io.weft.examples.etl

import io.weft.gen.Supervisor
import io.weft.kotlin.localNode
import io.weft.node.Address
import io.weft.stage.pipeline.drainPipeline
import java.nio.file.Files
import java.nio.file.Path
import java.sql.SQLException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.io.path.nameWithoutExtension
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import picocli.CommandLine.ArgGroup
import picocli.CommandLine.Command
import picocli.CommandLine.Model.CommandSpec
import picocli.CommandLine.Option
import picocli.CommandLine.Parameters
import picocli.CommandLine.Spec

@Command(
  name = "load",
  mixinStandardHelpOptions = true,
  description =
    [
      "Loads a file into tables. Stopped or killed, and run again, it goes on where it was: in the" +
        " end each record is there once, as a row of TABLE, or with a reason in TABLE_rejects."
    ],
)
internal class LoadCommand : Runnable {
  @Spec lateinit var spec: CommandSpec

  @Parameters(paramLabel = "FILE", description = ["a file whose name ends with .csv or .ndjson"])
  lateinit var file: Path

  @ArgGroup(exclusive = false, multiplicity = "1", heading = "Where to, one or both:%n")
  lateinit var databases: Databases

  @Option(names = ["--table"], description = ["what the table is called: as the file if not told"])
  var table: String? = null

  @Option(
    names = ["--columns"],
    split = ",",
    description = ["what the fields are called: as in the header, or in the first object"],
  )
  var columns: List<String>? = null

  @Option(
    names = ["--type"],
    paramLabel = "COLUMN=TYPE",
    description = ["of a column that is no text: integer, decimal or boolean"],
  )
  var types: Map<String, ColumnType> = emptyMap()

  @Option(names = ["--separator"], description = ["between fields of CSV: \${DEFAULT-VALUE}"])
  var separator: Char = ','

  @ArgGroup(exclusive = false, heading = "To add the columns of another file:%n")
  var enriching: Enriching? = null

  @Option(names = ["--workers"], description = ["how many stages parse: \${DEFAULT-VALUE}"])
  var workers: Int = Runtime.getRuntime().availableProcessors()

  @Option(names = ["--batch"], description = ["rows that are written at once: \${DEFAULT-VALUE}"])
  var batch: Int = 1_000

  @Option(names = ["--again"], description = ["forget what was loaded, and begin anew"])
  var again: Boolean = false

  internal class Enriching {
    @Option(
      names = ["--lookup"],
      required = true,
      paramLabel = "FILE",
      description = ["a CSV file with a header"],
    )
    lateinit var file: Path

    @Option(
      names = ["--on"],
      required = true,
      paramLabel = "COLUMN",
      description = ["the column that both have"],
    )
    lateinit var column: String
  }

  override fun run() {
    for (it in listOfNotNull(file, enriching?.file)) {
      if (!Files.isRegularFile(it)) throw EtlException("$it is no file")
    }
    val source =
      if (isNdjson(file)) Source.ndjson(file, columns) else Source.csv(file, separator, columns)
    val lookup = enriching?.let { Lookup.read(it.file, it.column) }
    val name = table ?: file.nameWithoutExtension
    val table = Parsing.table(name, source.format, lookup, types)
    val parsing = Parsing(source.format, lookup, table.columns)
    val settings =
      listOf(table.signature, "$separator", "${lookup?.fingerprint}").joinToString(" | ")
    val targets = databases.all().map { Target(it, table) }
    try {
      val from = targets.minOf { prepare(it, source, settings) }
      load(source, from) { Load(source, parsing, targets, workers, batch, it) }
    } catch (failure: SQLException) {
      throw EtlException("${failure.message}; what was written stays: run it again to go on")
    } finally {
      targets.forEach(Target::close)
    }
  }

  /** Returns how far a target is, and sees that what it has is of the same. */
  private fun prepare(target: Target, source: Source, settings: String): Position {
    if (again) target.drop()
    target.create()
    val before = target.begin(Progress(Position.BEGIN, source.fingerprint, settings))
    val other =
      when {
        before.settings != settings -> "with other columns or another lookup"
        !source.isSame(before.fingerprint) -> "from another file"
        else -> return before.position
      }
    throw EtlException("what is in $target was loaded $other: give another --table, or --again")
  }

  private fun load(source: Source, from: Position, load: (LoadListener) -> Load) {
    val out = spec.commandLine().out
    if (from != Position.BEGIN) out.println("${from.records} records are loaded already")
    val progress = TerminalProgress(source)
    progress.use {
      it.begin(from)
      runUntilStopped(load(it))
    }
    out.println("$progress")
  }

  /**
   * Runs on a node of its own. When the program is asked to end, what was read is written before.
   */
  private fun runUntilStopped(load: Load) {
    val line = AtomicReference<Address<Supervisor.Query>?>()
    val ended = CountDownLatch(1)
    val hook =
      thread(start = false) {
        runBlocking { line.get()?.drainPipeline(PATIENCE) }
        ended.await()
      }
    Runtime.getRuntime().addShutdownHook(hook)
    localNode().use { node ->
      try {
        runBlocking { load.run(node, line::set) }
      } finally {
        line.set(null)
        ended.countDown()
      }
    }
  }

  private companion object {
    val PATIENCE = 10.seconds
  }
}
