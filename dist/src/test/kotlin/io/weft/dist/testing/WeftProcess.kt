package io.weft.dist.testing

import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Self
import io.weft.node.Target
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

/**
 * A Weft node as a process of the operating system. Its process `keeper` answers a call with the
 * request, monitors who is named in the call `{watch, {Name, Node}}`, and prints `got ` what it was
 * sent and `down ` what it heard of an end.
 */
object WeftProcess {
  /** Starts one and waits until it can be reached. */
  fun start(name: String, epmdPort: Int, tickTime: Duration): OsProcess =
    launch(name, epmdPort, tickTime).also { it.line("ready") }

  /** Starts one, which may fail. */
  fun launch(name: String, epmdPort: Int, tickTime: Duration): OsProcess =
    OsProcess(
      name,
      listOf(
        ProcessHandle.current().info().command().orElse("java"),
        "-Xmx128m",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        WeftProcess::class.java.name,
        name,
        epmdPort.toString(),
        tickTime.toString(),
      ),
    )

  @JvmStatic
  fun main(arguments: Array<String>) {
    val (name, epmdPort, tickTime) = arguments
    val options =
      NodeOptions.builder(name)
        .cookie(COOKIE)
        .epmdPort(epmdPort.toInt())
        .tickTime(Duration.parse(tickTime))
    Node.start(options.build()).use { node ->
      val keeper = Blueprint.of("keeper") { Keeper() }.codec(TermCodec.identity()).named("keeper")
      node.start(keeper)
      println("ready")
      while (readlnOrNull() != null) {
        // the end of the input is the end of the node
      }
    }
  }

  private class Keeper : Behavior<Term> {
    override fun message(self: Self<Term>, message: Term) = println("got $message")

    override fun call(self: Self<Term>, request: Term, from: From) {
      if (request is Tuple && request[0] == Atom.of("watch")) {
        val whom = request[1] as Tuple
        self.monitor(Target.ByName(whom[0] as Atom, whom[1] as Atom))
      }
      from.reply(request)
    }

    override fun info(self: Self<Term>, info: Info) {
      if (info is Info.Down) println("down ${info.item} ${info.reason}")
    }
  }
}
