package io.weft.examples.demo

import io.weft.term.Atom
import io.weft.term.Term
import java.io.File
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/**
 * The other node of the demo, as an operating-system process of its own whose output is shown.
 *
 * @property server a gen_server of the node
 * @property question something that server answers
 */
internal class Peer
private constructor(
  val name: String,
  val title: String,
  val server: String,
  val question: Term,
  private val process: Process,
) {
  /** Completes when the process has ended. */
  val ended: CompletableFuture<Process> = process.onExit()

  private val output =
    thread(isDaemon = true, name = "peer-output") {
      process.inputReader().forEachLine { println("peer | $it") }
    }

  /** Ends the process if it is still there, and waits for the last of its output. */
  fun end() {
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor()
    }
    output.join()
  }

  companion object {
    /** Starts an Erlang node if `erl` is installed, else a second Weft node. */
    fun start(name: String, weft: String, cookie: String): Peer {
      val erl = onPath("erl")
      return if (erl != null) erlang(erl, name, weft, cookie) else weft(name, weft, cookie)
    }

    private fun erlang(erl: File, name: String, weft: String, cookie: String): Peer {
      val script = Peer::class.java.getResource("peer.erl")!!.readText()
      val expression = script.lines().filterNot { it.startsWith("%") }.joinToString("\n")
      val command =
        listOf(erl.path, "-noinput", "-name", name, "-setcookie", cookie, "-eval", expression)
      return Peer(
        name,
        "An Erlang/OTP node",
        "application_controller",
        Atom.of("which_applications"),
        started(command, weft),
      )
    }

    private fun weft(name: String, weft: String, cookie: String): Peer {
      println(
        "erl is not installed (apt-get install erlang-nox): a second Weft node takes its place"
      )
      val java = File(System.getProperty("java.home"), "bin/java").path
      val classPath = System.getProperty("java.class.path")
      val command =
        listOf(java, "-cp", classPath, "io.weft.examples.demo.WeftPeerKt", name, weft, cookie)
      return Peer(name, "A second Weft node", "greeter", Atom.of("hello"), started(command, weft))
    }

    private fun started(command: List<String>, weft: String): Process =
      ProcessBuilder(command)
        .redirectErrorStream(true)
        .apply { environment()["WEFT_NODE"] = weft }
        .start()

    private fun onPath(program: String): File? =
      System.getenv("PATH")
        .orEmpty()
        .split(File.pathSeparator)
        .map { File(it, program) }
        .find { it.canExecute() }
  }
}
