package io.weft.examples.hostile

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.weft.dist.testing.TcpWorld
import io.weft.examples.awaitEnd
import io.weft.examples.startProgram
import java.io.PrintWriter
import java.io.StringWriter
import java.lang.ProcessBuilder.Redirect
import java.nio.file.Files
import java.nio.file.Path
import picocli.CommandLine

private const val COOKIE = "attacked"
private const val NAME = "attacked@127.0.0.1"

/** The short form of `./weft run hostile-peer`, against a node with little memory. */
class HostilePeerSpec :
  FunSpec({
    for (cookie in listOf(null, COOKIE)) {
      val who = if (cookie == null) "a stranger" else "a peer with the cookie"
      test("a node serves on while $who attacks it in every way, and is the same after it") {
        TcpWorld().use { world ->
          Attacked(world.epmdPort).use { node ->
            val said = StringWriter()
            val program = HostilePeer()
            val arguments =
              listOfNotNull(
                "--name=$NAME",
                "--epmd-port=${world.epmdPort}",
                cookie?.let { "--cookie=$it" },
                cookie?.let {
                  "--attack=" + (traitors().map(Attack::name) + "replay").joinToString(",")
                },
                "--log=${node.log}",
                "--patience=15000",
              )
            val code =
              CommandLine(program).setOut(PrintWriter(said)).execute(*arguments.toTypedArray())
            withClue("$said\n${node.lastLines()}") {
              code shouldBe 0
              program.failed.shouldBeEmpty()
              said.toString() shouldContain "the node is as it should be"
              node.isAlive shouldBe true
              node.lastLines() shouldNotContain "OutOfMemoryError"
            }
          }
        }
      }
    }
  })

/** An interop node in a process of its own, with a heap of 256 MB. */
private class Attacked(epmdPort: Int) : AutoCloseable {
  val log: Path = Files.createTempFile("attacked", ".log")
  private val process =
    startProgram(
      "io.weft.examples.interop.InteropNodeKt",
      listOf("--name", NAME, "--cookie", COOKIE),
      Redirect.to(log.toFile()),
      mapOf("ERL_EPMD_PORT" to "$epmdPort"),
    )

  init {
    check(process.inputReader().readLine() == "ready") { "the node did not start: ${lastLines()}" }
  }

  val isAlive: Boolean
    get() = process.isAlive

  fun lastLines(): String = Files.readAllLines(log).takeLast(100).joinToString("\n")

  override fun close() {
    process.outputStream.close()
    process.awaitEnd()
    Files.deleteIfExists(log)
  }
}
