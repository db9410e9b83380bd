package io.weft.examples.interop

import io.weft.gen.Supervisor
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.node.NodeOptions
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.system.exitProcess
import picocli.CommandLine
import picocli.CommandLine.Option

/**
 * A node that others drive: it starts its processes, says `ready`, and stays up until its standard
 * input closes or it is asked to terminate.
 */
internal abstract class DrivenNode : Runnable {
  @Option(names = ["--name"], required = true, description = ["name@host of the node"])
  lateinit var name: String

  @Option(names = ["--cookie"], required = true, description = ["the cookie of the cluster"])
  lateinit var cookie: String

  @Option(names = ["--hidden"], description = ["keep out of nodes() of the peers"])
  var hidden: Boolean = false

  @Option(names = ["--port"], description = ["where to listen; any free port by default"])
  var port: Int = 0

  override fun run() {
    val options = NodeOptions.builder(name).cookie(cookie).hidden(hidden).port(port).build()
    val node = Node.start(options)
    val stopped = CountDownLatch(1)
    Runtime.getRuntime()
      .addShutdownHook(
        thread(start = false) {
          node.close()
          stopped.countDown()
        }
      )
    prepare(node)
    node.start(processes())
    println("ready")
    waitForEndOfInput()
    exitProcess(0)
  }

  /** Gives the node what the processes need of it. */
  open fun prepare(node: Node) {}

  /** The processes to drive. */
  abstract fun processes(): Blueprint<Supervisor.Query>
}

/**
 * Returns when standard input ends. What never was an input, such as /dev/null, has no end to wait
 * for.
 */
private fun waitForEndOfInput() {
  val input = Path.of("/proc/self/fd/0")
  val nowhere = Files.isSymbolicLink(input) && Files.readSymbolicLink(input) == Path.of("/dev/null")
  if (nowhere) {
    CountDownLatch(1).await()
  }
  while (System.`in`.read() >= 0) {
    // what is said does not matter, only that the speaker is there
  }
}

/** Runs a command of the command line, and ends with its exit code. */
internal fun runCommand(command: Any, args: Array<String>) {
  exitProcess(commandLine(command).execute(*args))
}

/** A command of the command line whose failures are said without a stack. */
internal fun commandLine(command: Any): CommandLine =
  CommandLine(command)
    .setCaseInsensitiveEnumValuesAllowed(true)
    .setExecutionExceptionHandler(::report)

private fun report(failure: Exception, command: CommandLine, result: CommandLine.ParseResult): Int {
  command.err.println("${result.commandSpec().name()}: ${failure.message}")
  return 1
}
