package io.weft.examples.chat

import io.weft.dist.DistNetwork
import io.weft.dist.NotConnectedException
import io.weft.kotlin.node
import java.util.concurrent.CompletionException
import kotlin.system.exitProcess
import picocli.CommandLine
import picocli.CommandLine.Command
import picocli.CommandLine.Option

/** Lets somebody at a terminal talk with others, each on a node of their own. */
@Command(
  name = "chat",
  mixinStandardHelpOptions = true,
  showDefaultValues = true,
  description = ["Says to all in a room what is typed, and shows what they say."],
)
internal class ChatCommand : Runnable {
  @Option(names = ["--name"], required = true, description = ["name@host of this node"])
  lateinit var name: String

  @Option(names = ["--join"], description = ["name@host of any node that is there already"])
  var join: String? = null

  @Option(names = ["--room"], description = ["which of the rooms"]) var room: String = "lobby"

  @Option(names = ["--cookie"], description = ["the cookie of the cluster"])
  var cookie: String = "chat"

  @Option(names = ["--epmd-port"], description = ["where EPMD is, or is to be"])
  var epmdPort: Int = 4369

  override fun run() {
    node(name) {
        cookie(cookie)
        epmdPort(epmdPort)
      }
      .use { node ->
        join?.let { DistNetwork.of(node).connect(it).join() }
        val guest = node.spawn(guest(name.substringBefore('@'), room, ::println))
        generateSequence(::readlnOrNull).forEach { guest.tell(Chat.Say(it)) }
      }
  }
}

public fun main(args: Array<String>) {
  val line = CommandLine(ChatCommand())
  line.setExecutionExceptionHandler { failure, command, _ ->
    val cause = (failure as? CompletionException)?.cause as? NotConnectedException ?: throw failure
    command.err.println("chat: ${cause.message}")
    1
  }
  exitProcess(line.execute(*args))
}
