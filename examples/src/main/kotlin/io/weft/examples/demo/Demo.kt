package io.weft.examples.demo

import io.weft.examples.counter.Counter
import io.weft.examples.counter.counter
import io.weft.kotlin.awaitStart
import io.weft.kotlin.callTerm
import io.weft.kotlin.node
import io.weft.kotlin.supervisor
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.Info
import io.weft.node.Node
import io.weft.node.NodeStartException
import io.weft.node.Self
import io.weft.node.Slot
import io.weft.node.Target
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Term
import java.util.concurrent.CompletableFuture
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

private const val COOKIE = "weft-demo"

/** A Weft node and a real Erlang node find each other and show what they can do together. */
public fun main() {
  showSignals()
  val succeeded =
    try {
      runBlocking { withTimeout(2.minutes) { demo() } }
      true
    } catch (failure: NodeStartException) {
      System.err.println("demo: ${failure.message}")
      false
    }
  exitProcess(if (succeeded) 0 else 1)
}

private suspend fun demo() {
  val number = ProcessHandle.current().pid()
  val weftName = "weft$number@127.0.0.1"
  val peerName = "peer$number@127.0.0.1"

  title("1. A Weft node with a supervised, typed counter")
  val weft = node(weftName) { cookie(COOKIE) }
  try {
    lateinit var slot: Slot<Counter>
    weft.awaitStart(
      supervisor("shop") {
          intensity(max = 3, within = 5.seconds)
          slot = child(counter)
        }
        .named("shop")
    )
    say("node $weftName listens on port ${weft.network()?.port()} and is known to EPMD")
    say("supervisor shop keeps the counter ${slot.target()}")

    val peer = Peer.start(peerName, weftName, COOKIE)
    try {
      title(
        "2. ${peer.title} connects; each 'from' and 'to' below is a signal that crossed the wire"
      )
      visit(weft, peer)
    } finally {
      peer.end()
    }
  } finally {
    weft.close()
  }
  title("Done: both nodes have left")
}

/** Lets the peer do its part, then calls, watches and ends a process there. */
private suspend fun visit(weft: Node, peer: Peer) {
  val visitor = Visitor()
  weft.awaitStart(
    Blueprint.of("visitor") { visitor }.named("visitor").codec(TermCodec.identity()).trapExit()
  )
  peer.ended.thenRun { visitor.fail("${peer.title} ended before its part was done") }
  visitor.ready.await()

  title("3. The other way: Weft calls a gen_server of the peer")
  val reply = weft.address(peer.server, peer.name).callTerm(peer.question, 10.seconds)
  say("call {${peer.server}, '${peer.name}'} ${peer.question} -> $reply")

  title("4. Weft watches a process of the peer and hears of its end")
  val report = visitor.watch(Target.ByName(Atom.of("speaker"), Atom.of(peer.name)))
  weft.address("speaker", peer.name).tell(Atom.of("bye"))
  val down = report.await()
  say("monitor: ${down.item()} ended: ${down.reason()}")

  weft.address("peer", peer.name).tell(Atom.of("stop"))
  peer.ended.await()
}

/** The demo's own process: told by the peer when it is ready, and watching it. */
private class Visitor : Behavior<Term> {
  val ready = CompletableFuture<Unit>()
  private val down = CompletableFuture<Info.Down>()
  private lateinit var self: Self<Term>

  override fun start(self: Self<Term>) {
    this.self = self
  }

  override fun message(self: Self<Term>, message: Term) {
    ready.complete(Unit)
  }

  override fun info(self: Self<Term>, info: Info) {
    if (info is Info.Down) {
      down.complete(info)
    }
  }

  /** Watches a process; when this returns the monitor is on its way, before anything sent later. */
  suspend fun watch(target: Target): CompletableFuture<Info.Down> {
    val watched = CompletableFuture<Unit>()
    self.post {
      self.monitor(target)
      watched.complete(Unit)
    }
    watched.await()
    return down
  }

  fun fail(why: String) {
    ready.completeExceptionally(IllegalStateException(why))
  }
}

/** Has the node write every signal that crosses a connection to the terminal. */
private fun showSignals() {
  System.setProperty("org.slf4j.simpleLogger.log.io.weft.signals", "trace")
}

private fun title(text: String) = println("\n== $text")

private fun say(text: String) = println("weft | $text")
