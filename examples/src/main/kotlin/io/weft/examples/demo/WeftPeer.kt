package io.weft.examples.demo

import io.weft.kotlin.awaitStart
import io.weft.kotlin.callTerm
import io.weft.kotlin.node
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.Node
import io.weft.node.Self
import io.weft.node.Target
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple
import java.util.concurrent.CompletableFuture
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking

/**
 * Plays the Erlang side of the demo where Erlang is not installed: the same steps, in the words of
 * Weft.
 */
public fun main(args: Array<String>) {
  val (name, weft, cookie) = args
  val peer = node(name) { cookie(cookie) }
  runBlocking { play(peer, weft) }
  peer.close()
  exitProcess(0)
}

private suspend fun play(peer: Node, weft: String) {
  val counter = peer.address("counter", weft)
  suspend fun get() = counter.callTerm(Atom.of("get"), 5.seconds)

  counter.tell(Term.parse("{add, 5}"))
  println("tell {counter, '$weft'} {add, 5}")
  counter.cast(Term.parse("{add, 10}"))
  println("cast {add, 10}")
  println("call get -> ${get()}")

  val first = counterOf(peer, weft)
  println("supervisor shop keeps the counter as $first: monitor and link it")
  val watcher = Watcher()
  peer.awaitStart(terms("watcher", watcher).trapExit())
  watcher.watch(first)
  try {
    counter.callTerm(Term.parse("{divide, 0}"), 5.seconds)
  } catch (failure: CallException) {
    println("call {divide, 0} fails: ${headOf(failure.reason())}")
  }
  println("it ended: ${watcher.reports.receive()}")
  println("it ended: ${watcher.reports.receive()}")
  println("the supervisor restarted it: now ${counterOf(peer, weft)}, get -> ${get()}")

  val stopped = CompletableFuture<Unit>()
  peer.awaitStart(terms("greeter", Greeter()).named("greeter"))
  peer.awaitStart(terms("speaker", Speaker()).named("speaker"))
  peer.awaitStart(terms("peer", Stopper(stopped)).named("peer"))
  peer.address("visitor", weft).tell(Atom.of("ready"))
  stopped.await()
  println("leaving")
}

private fun terms(label: String, behavior: Behavior<Term>): Blueprint<Term> =
  Blueprint.of(label) { behavior }.codec(TermCodec.identity())

/** Asks the supervisor for the counter until it runs. */
private suspend fun counterOf(peer: Node, weft: String): Pid {
  val shop = peer.address("shop", weft)
  while (true) {
    val children = shop.callTerm(Atom.of("which_children"), 5.seconds) as ListTerm
    val child = (children.elements().single() as Tuple)[1]
    if (child is Pid) {
      return child
    }
  }
}

/** Leaves out the stack of a crash. */
private fun headOf(reason: ExitReason): Term = (reason.term() as? Tuple)?.get(0) ?: reason.term()

private class Watcher : Behavior<Term> {
  val reports = Channel<String>(Channel.UNLIMITED)
  private lateinit var self: Self<Term>

  override fun start(self: Self<Term>) {
    this.self = self
  }

  override fun message(self: Self<Term>, message: Term) = Unit

  override fun info(self: Self<Term>, info: Info) {
    when (info) {
      is Info.Exit -> reports.trySend("'EXIT' of ${info.from()}: ${headOf(info.reason())}")
      is Info.Down -> reports.trySend("'DOWN' of ${info.item()}: ${headOf(info.reason())}")
      is Info.Unknown -> Unit
    }
  }

  suspend fun watch(pid: Pid) {
    val done = CompletableFuture<Unit>()
    self.post {
      self.monitor(Target.ByPid(pid))
      self.link(pid)
      done.complete(Unit)
    }
    done.await()
  }
}

private class Greeter : Behavior<Term> {
  override fun message(self: Self<Term>, message: Term) = Unit

  override fun call(self: Self<Term>, request: Term, from: From) =
    from.reply(Terms.tuple(Atom.of("hello_from"), self.node().name()))
}

private class Speaker : Behavior<Term> {
  override fun message(self: Self<Term>, message: Term): Unit =
    throw ExitException(ExitReason.of(Atom.of("tired")))
}

private class Stopper(private val stopped: CompletableFuture<Unit>) : Behavior<Term> {
  override fun message(self: Self<Term>, message: Term) {
    stopped.complete(Unit)
  }
}
