package io.weft.examples.etl

import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import java.io.File
import java.net.ServerSocket
import java.nio.file.Files
import java.nio.file.Path
import java.sql.DriverManager
import java.sql.SQLException
import java.util.concurrent.TimeUnit
import kotlin.io.path.deleteRecursively
import kotlin.io.path.isExecutable
import kotlin.io.path.listDirectoryEntries
import kotlin.reflect.KClass

/** Lets a spec run only where there is PostgreSQL; Debian has it as postgresql. */
class PostgresInstalled : Condition {
  override fun evaluate(kclass: KClass<out Spec>): Boolean = programs() != null
}

/** Debian does not put them on the path: there may be several versions. */
private fun programs(): Path? {
  val debian = Path.of("/usr/lib/postgresql")
  val versions = if (Files.isDirectory(debian)) debian.listDirectoryEntries() else emptyList()
  val onPath = System.getenv("PATH").split(File.pathSeparator).map(Path::of)
  return (versions.map { it.resolve("bin") } + onPath).lastOrNull {
    it.resolve("initdb").isExecutable() && it.resolve("postgres").isExecutable()
  }
}

/** PostgreSQL on the loopback address, its data in a directory of its own. */
internal class PostgresServer
private constructor(
  private val port: Int,
  private val process: Process,
  private val data: Path,
) : AutoCloseable {
  val url: String = "jdbc:postgresql://127.0.0.1:$port/postgres?user=weft"

  override fun close() {
    process.toHandle().descendants().forEach { it.destroy() }
    process.destroy()
    if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly().waitFor()
    @OptIn(kotlin.io.path.ExperimentalPathApi::class) data.deleteRecursively()
  }

  companion object {
    /** It refuses to be root, and so is another user then. */
    private val asItself: List<String> =
      if (System.getProperty("user.name") == "root")
        listOf("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
      else emptyList()

    fun start(): PostgresServer {
      val data = Files.createTempDirectory("postgres")
      if (asItself.isNotEmpty()) run("chown", "postgres", "$data")
      val initdb = "${programs()!!.resolve("initdb")}"
      run(
        *asItself.toTypedArray(),
        initdb,
        "-D",
        "$data/db",
        "-U",
        "weft",
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8",
      )
      repeat(5) {
        serve(data)?.let {
          return it
        }
      }
      error("PostgreSQL does not start: " + Files.readString(data.resolve("log")))
    }

    /** Returns null if somebody else took the port meanwhile. */
    private fun serve(data: Path): PostgresServer? {
      val port = ServerSocket(0).use { it.localPort }
      val postgres = "${programs()!!.resolve("postgres")}"
      val command =
        asItself +
          listOf(
            postgres,
            "-D",
            "$data/db",
            "-p",
            "$port",
            "-h",
            "127.0.0.1",
            "-k",
            "$data",
            "-c",
            "fsync=off",
          )
      val process =
        ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(data.resolve("log").toFile())
          .start()
      val server = PostgresServer(port, process, data)
      while (process.isAlive) {
        try {
          DriverManager.getConnection(server.url).close()
          return server
        } catch (_: SQLException) {
          process.waitFor(50, TimeUnit.MILLISECONDS)
        }
      }
      return null
    }

    private fun run(vararg command: String) {
      val process = ProcessBuilder(*command).redirectErrorStream(true).start()
      val said = process.inputReader().readText()
      check(process.waitFor() == 0) { "${command.joinToString(" ")}: $said" }
    }
  }
}
