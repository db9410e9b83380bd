package io.weft.examples.interop

import io.weft.gen.ChildSpec
import io.weft.gen.Intensity
import io.weft.gen.Supervisor
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.TermCodec
import io.weft.term.Term
import java.time.Duration
import java.util.function.Supplier
import picocli.CommandLine.Command

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
internal class InteropNode : DrivenNode() {
  override fun processes(): Blueprint<Supervisor.Query> = interopProcesses()
}

/**
 * The processes to drive. They restart without end: who tests the node kills them on purpose, and
 * often.
 */
internal fun interopProcesses(): Blueprint<Supervisor.Query> =
  Supervisor.define("interop", Intensity(1_000_000, Duration.ofSeconds(1))) { children ->
    children.add(server("echo", ::Echo))
    children.add(server("collector", ::Collector))
    children.add(server("victim", ::Victim))
    children.add(server("linker", ::Linker))
  }

private fun server(name: String, behavior: Supplier<Behavior<Term>>): ChildSpec<Term> =
  ChildSpec.of(Blueprint.of(name, behavior).named(name).codec(TermCodec.identity()))

public fun main(args: Array<String>): Unit = runCommand(InteropNode(), args)
