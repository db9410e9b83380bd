package io.weft.examples.stage

import io.weft.examples.interop.DrivenNode
import io.weft.examples.interop.runCommand
import io.weft.gen.Supervisor
import io.weft.kotlin.supervisor
import io.weft.node.Blueprint
import io.weft.node.Node
import kotlin.time.Duration.Companion.seconds
import picocli.CommandLine.Command

/**
 * A node with stages for others to subscribe and to be subscribed to: `numbers`, `doubler`,
 * `evens`, `parts` and `sink`. None of them is subscribed to another until somebody asks for it:
 * ```
 * GenStage.sync_subscribe({:sink, node}, to: {:numbers, node}, max_demand: 10)
 * GenServer.call({:sink, node}, :taken)
 * ```
 */
@Command(
  name = "stage-node",
  mixinStandardHelpOptions = true,
  description = ["A Weft node with stages that stages of other nodes can be mixed with."],
)
internal class StageNode : DrivenNode() {
  override fun prepare(node: Node) = provideSelectors(node)

  override fun processes(): Blueprint<Supervisor.Query> = stages()
}

/** The stages. They restart without end: who tests the node kills them on purpose, and often. */
internal fun stages(): Blueprint<Supervisor.Query> =
  supervisor("stages") {
    intensity(max = 1_000_000, within = 1.seconds)
    child(numbers.named("numbers"))
    child(doubler.named("doubler"))
    child(evens.named("evens"))
    child(parts.named("parts"))
    child(sink.named("sink"))
  }

public fun main(args: Array<String>): Unit = runCommand(StageNode(), args)
