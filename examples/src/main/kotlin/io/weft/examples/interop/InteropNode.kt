package io.weft.examples.interop

import io.weft.gen.ChildSpec
import io.weft.gen.Intensity
import io.weft.gen.Supervisor
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.TermCodec
import io.weft.term.Term
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.function.Supplier
import kotlin.concurrent.thread
import kotlin.system.exitProcess
import picocli.CommandLine
import picocli.CommandLine.Command
import picocli.CommandLine.Option

/**
 * A node to test against: stays up until its standard input closes or it is asked to terminate, and
 * keeps the processes `echo`, `collector`, `victim` and `linker` registered for whoever drives it
 * from another node.
 */
@Command(
  name = "interop-node",
  mixinStandardHelpOptions = true,
  description = ["A Weft node with registered processes that other nodes can drive."],
)
internal class InteropNode : Runnable {
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
    node.start(processes())
    println("ready")
    waitForEndOfInput()
    exitProcess(0)
  }
}

/**
 * The processes to drive. They restart without end: who tests the node kills them on purpose, and
 * often.
 */
internal fun processes(): Blueprint<Supervisor.Query> =
  Supervisor.define("interop", Intensity(1_000_000, Duration.ofSeconds(1))) { children ->
    children.add(server("echo", ::Echo))
    children.add(server("collector", ::Collector))
    children.add(server("victim", ::Victim))
    children.add(server("linker", ::Linker))
  }

private fun server(name: String, behavior: Supplier<Behavior<Term>>): ChildSpec<Term> =
  ChildSpec.of(Blueprint.of(name, behavior).named(name).codec(TermCodec.identity()))

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

public fun main(args: Array<String>) {
  val exitCode = CommandLine(InteropNode()).setExecutionExceptionHandler(::report).execute(*args)
  exitProcess(exitCode)
}

private fun report(failure: Exception, command: CommandLine, result: CommandLine.ParseResult): Int {
  command.err.println("${result.commandSpec().name()}: ${failure.message}")
  return 1
}
