package io.weft.examples.etl

import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.examples.interop.commandLine
import io.weft.examples.startProgram
import java.io.PrintWriter
import java.io.StringWriter
import java.lang.ProcessBuilder.Redirect
import java.nio.file.Files
import java.nio.file.Path
import java.sql.DriverManager
import java.sql.SQLException
import java.util.concurrent.TimeUnit
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.appendText
import kotlin.io.path.deleteRecursively
import kotlin.io.path.fileSize
import kotlin.io.path.writeText

private const val ROWS = 100_000L

private val TYPES = listOf("--type=quantity=integer", "--type=price=decimal", "--type=gift=boolean")

@OptIn(ExperimentalPathApi::class)
private fun <T> inDirectory(test: (Path) -> T): T {
  val directory = Files.createTempDirectory("etl")
  try {
    return test(directory)
  } finally {
    directory.deleteRecursively()
  }
}

/** Runs a command; returns its exit code and what it said. */
private fun etl(vararg arguments: String): Pair<Int, String> {
  val said = StringWriter()
  val line = commandLine(Etl()).setOut(PrintWriter(said)).setErr(PrintWriter(said))
  return line.execute(*arguments) to said.toString()
}

private fun done(vararg arguments: String): String {
  val (code, said) = etl(*arguments)
  withClue(said) { code shouldBe 0 }
  return said
}

private fun refused(vararg arguments: String): String {
  val (code, said) = etl(*arguments)
  withClue(said) { (code == 0) shouldBe false }
  return said
}

private fun execute(url: String, sql: String) {
  DriverManager.getConnection(url).use { connection ->
    connection.createStatement().use { it.execute(sql) }
  }
}

/** The part of a digest behind the name of the database. */
private fun digest(vararg where: String): String =
  done("digest", "orders", *where).trim().substringAfter(" ")

/** How many bytes a database has said to be loaded. */
private fun loaded(url: String): Long =
  try {
    DriverManager.getConnection(url).use { connection ->
      connection.createStatement().use { select ->
        val found = select.executeQuery("SELECT bytes FROM orders_progress")
        if (found.next()) found.getLong(1) else 0
      }
    }
  } catch (_: SQLException) {
    0 // there is no table yet
  }

/** Runs a load in a program of its own, and kills that as soon as so much is loaded. */
private fun killedAt(bytes: Long, url: String, arguments: List<String>) {
  val program = startProgram("io.weft.examples.etl.EtlKt", arguments, Redirect.DISCARD, mapOf())
  try {
    while (!program.waitFor(10, TimeUnit.MILLISECONDS) && loaded(url) < bytes) {
      // it goes on
    }
    check(program.isAlive) { "the load ended before it could be killed: ${program.exitValue()}" }
  } finally {
    program.destroyForcibly().waitFor()
  }
}

@EnabledIf(PostgresInstalled::class)
class EtlKillSpec :
  FunSpec({
    for (format in listOf("csv", "ndjson")) {
      test("$format that was killed twice while loading is in both databases as if it was not") {
        inDirectory { directory ->
          PostgresServer.start().use { postgres ->
            val file = directory.resolve("orders.$format")
            val customers = directory.resolve("customers.csv")
            done("generate", "$file", "--rows=$ROWS", "--lookup=$customers")
            val load = listOf("load", "$file", "--lookup=$customers", "--on=customer") + TYPES
            val undisturbed = "--sqlite=${directory.resolve("undisturbed.db")}"
            done(*load.toTypedArray(), undisturbed)

            val sqlite = "--sqlite=${directory.resolve("killed.db")}"
            val disturbed = load + sqlite + "--postgres=${postgres.url}"
            killedAt(file.fileSize() / 5, postgres.url, disturbed)
            killedAt(file.fileSize() / 2, postgres.url, disturbed)
            val said = done(*disturbed.toTypedArray())

            said.substringBefore(" ").toLong() shouldBeGreaterThan ROWS / 3 // loaded before
            digest(sqlite) shouldBe digest(undisturbed)
            digest("--postgres=${postgres.url}") shouldBe digest(undisturbed)
          }
        }
      }
    }
  })

class EtlSpec :
  FunSpec({
    test("each record is a row, enriched, or a reject with its reason") {
      inDirectory { directory ->
        val file = directory.resolve("orders.csv")
        file.writeText("id,who,n\n1,ann,2\n2,bob,x\n\n3,\"eve\nii\",4")
        val people = directory.resolve("people.csv")
        people.writeText("who,town\nann,Ulm\nbob,Rom\n")
        val sqlite = directory.resolve("o.db")
        done(
          "load",
          "$file",
          "--sqlite=$sqlite",
          "--type=n=integer",
          "--lookup=$people",
          "--on=who",
        )
        DriverManager.getConnection("jdbc:sqlite:$sqlite").use { connection ->
          fun all(sql: String) =
            connection.createStatement().executeQuery(sql).use { rows ->
              generateSequence {
                if (rows.next()) List(rows.metaData.columnCount) { rows.getString(it + 1) }
                else null
              }
                .toList()
            }
          all("SELECT * FROM orders ORDER BY _line") shouldBe
            listOf(listOf("2", "1", "ann", "2", "Ulm"), listOf("5", "3", "eve\nii", "4", null))
          all("SELECT * FROM orders_rejects ORDER BY _line") shouldBe
            listOf(listOf("3", "2,bob,x", "n is no integer: x"))
        }
      }
    }

    test("what was loaded is not loaded again, and what is new since then is") {
      inDirectory { directory ->
        val file = directory.resolve("orders.ndjson")
        file.writeText("{\"id\": 1}\n{\"id\": 2}\n")
        val sqlite = "--sqlite=${directory.resolve("o.db")}"
        done("load", "$file", sqlite)
        val once = digest(sqlite)
        once shouldContain "2 rows"
        done("load", "$file", sqlite) shouldContain "2 records are loaded already"
        digest(sqlite) shouldBe once
        file.appendText("{\"id\": 3}\n")
        done("load", "$file", sqlite) shouldContain "1 rows written"
        digest(sqlite) shouldContain "3 rows"
        done("load", "$file", sqlite, "--again") shouldContain "3 rows written"
      }
    }

    test("another file, or other columns, do not get into the same table") {
      inDirectory { directory ->
        val file = directory.resolve("orders.csv")
        val sqlite = "--sqlite=${directory.resolve("o.db")}"
        file.writeText("id,n\n1,2\n")
        done("load", "$file", sqlite)
        refused("load", "$file", sqlite, "--type=n=integer") shouldContain "with other columns"
        file.writeText("id,n\n3,4\n5,6\n")
        refused("load", "$file", sqlite) shouldContain "was loaded from another file"
        done("load", "$file", sqlite, "--again") shouldContain "2 rows written"
      }
    }

    test("of two files that are loaded into a table one is refused, from the first moment on") {
      inDirectory { directory ->
        val file = directory.resolve("orders.csv")
        val sqlite = "--sqlite=${directory.resolve("o.db")}"
        file.writeText("id,n\n\n")
        done("load", "$file", sqlite) shouldContain "0 rows written"
        file.writeText("id,n\n3,4\n")
        refused("load", "$file", sqlite) shouldContain "was loaded from another file"
      }
    }

    test("a table that no load has made is left alone") {
      inDirectory { directory ->
        val file = directory.resolve("orders.csv")
        file.writeText("id,n\n1,2\n")
        val url = "jdbc:sqlite:${directory.resolve("o.db")}"
        execute(url, "CREATE TABLE Orders (mine)")
        val sqlite = "--sqlite=${directory.resolve("o.db")}"
        refused("load", "$file", sqlite) shouldContain "give another --table"
        refused("load", "$file", sqlite, "--again") shouldContain "give another --table"
        execute(url, "INSERT INTO Orders (mine) VALUES ('still here')")
        done("load", "$file", sqlite, "--table=others") shouldContain "1 rows written"
      }
    }

    test("a load that cannot write how far it is has failed, and goes on when it can") {
      inDirectory { directory ->
        val file = directory.resolve("orders.csv")
        file.writeText("id,n\n1,2\n")
        val sqlite = "--sqlite=${directory.resolve("o.db")}"
        val url = "jdbc:sqlite:${directory.resolve("o.db")}"
        done("load", "$file", sqlite)
        execute(
          url,
          "CREATE TRIGGER full BEFORE UPDATE ON orders_progress" +
            " BEGIN SELECT RAISE(ABORT, 'no room'); END",
        )
        file.appendText("3,4\n")
        val said = refused("load", "$file", sqlite)
        said shouldContain "sqlite: "
        said shouldContain "no room"
        said shouldContain "run it again"
        execute(url, "DROP TRIGGER full")
        done("load", "$file", sqlite)
        digest(sqlite) shouldContain "2 rows"
      }
    }

    test("a file that has grown within a record that was loaded is not taken for more records") {
      inDirectory { directory ->
        val file = directory.resolve("orders.csv")
        val sqlite = "--sqlite=${directory.resolve("o.db")}"
        file.writeText("id,n\n1,2")
        done("load", "$file", sqlite)
        done("load", "$file", sqlite) shouldContain "0 rows written"
        file.appendText("00\n3,4\n")
        refused("load", "$file", sqlite) shouldContain "has grown within its record 2"
        done("load", "$file", sqlite, "--again") shouldContain "2 rows written"
      }
    }

    test("a digest of what is not there is refused, and makes nothing") {
      inDirectory { directory ->
        val database = directory.resolve("o.db")
        refused("digest", "orders", "--sqlite=$database") shouldContain "is no file"
        Files.exists(database) shouldBe false
        val file = directory.resolve("orders.csv").also { it.writeText("a\n1\n") }
        done("load", "$file", "--sqlite=$database")
        refused("digest", "order", "--sqlite=$database") shouldContain
          "has no order that was loaded"
      }
    }

    test("what cannot be loaded is told, and what to do") {
      inDirectory { directory ->
        val file = directory.resolve("orders.csv")
        val sqlite = "--sqlite=${directory.resolve("o.db")}"
        refused("load", "$file", sqlite) shouldContain "is no file"
        file.writeText("")
        refused("load", "$file", sqlite) shouldContain "is empty"
        file.writeText("\n\n")
        refused("load", "$file", sqlite) shouldContain "is empty"
        file.writeText("\na\u0000b,\"c")
        refused("load", "$file", sqlite) shouldContain
          "orders.csv: record 2, which tells what the fields are called, has a quote"
        file.writeText("a,b\n1,\"" + "x\n".repeat(2 shl 20))
        refused("load", "$file", sqlite) shouldContain "a quote is not closed"
        file.writeText("a,b\n1,2\n")
        refused("load", "$file", sqlite, "--lookup=$directory/none.csv", "--on=a") shouldContain
          "none.csv is no file"
        refused("load", "$file", "--postgres=jdbc:postgresql://127.0.0.1:1/x") shouldContain
          "cannot connect to postgresql"
        refused("load", "$file") shouldContain "--sqlite"
      }
    }
  })
