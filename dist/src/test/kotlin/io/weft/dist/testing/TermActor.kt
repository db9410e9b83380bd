package io.weft.dist.testing

import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.Node
import io.weft.node.Self
import io.weft.node.Target
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Reference
import io.weft.term.Term
import io.weft.wire.CompressionWish
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/**
 * A process that speaks terms, acts on a test's word, and keeps what it gets. It answers a call
 * with the request.
 */
class TermActor private constructor() : Behavior<Term> {
  private val received = LinkedBlockingQueue<Term>()
  private val started = CompletableFuture<Self<Term>>()

  val self: Self<Term>
    get() = started.get(PATIENCE_SECONDS, TimeUnit.SECONDS)

  val pid: Pid
    get() = self.pid()

  override fun start(self: Self<Term>) {
    started.complete(self)
  }

  override fun message(self: Self<Term>, message: Term) {
    received.add(message)
  }

  override fun call(self: Self<Term>, request: Term, from: From) = from.reply(request)

  override fun info(self: Self<Term>, info: Info) {
    if (info is Info.Exit && info.from == self.parent()) self.stop(info.reason)
    else received.add(info.toTerm())
  }

  /** Runs [action] in a turn of the process; throws what it throws. */
  fun <R> does(action: Self<Term>.() -> R): R {
    val result = CompletableFuture<R>()
    self.post {
      try {
        result.complete(self.action())
      } catch (failure: RuntimeException) {
        result.completeExceptionally(failure)
      }
    }
    try {
      return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS)
    } catch (failed: ExecutionException) {
      throw failed.cause ?: failed
    }
  }

  /** Sends a message as this process. */
  fun send(to: Pid, message: Term): Unit = does { node().address(to).tell(message) }

  /** Sends a message to a registered process of another node, as this process. */
  fun send(name: String, node: String, message: Term): Unit = does {
    node().address(name, node).tell(message)
  }

  /** Watches a registered process of another node. */
  fun monitor(name: String, node: String): Reference = does {
    monitor(Target.ByName(Atom.of(name), Atom.of(node)))
  }

  /** Watches a process. */
  fun monitor(other: Pid): Reference = does { monitor(Target.ByPid(other)) }

  /** Links with a process. */
  fun link(other: Pid): Unit = does { link(other) }

  /**
   * Returns the next message, or what became of a signal, in the form an Erlang process would see.
   */
  fun next(): Term =
    received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)
      ?: error("nothing came within $PATIENCE_SECONDS s")

  /** Whether everything that came has been looked at. */
  val isQuiet: Boolean
    get() = received.isEmpty()

  companion object {
    private const val PATIENCE_SECONDS = 30L

    /** Starts one, registered if [name] is given; it traps exits. */
    fun start(node: Node, name: String? = null, compression: CompressionWish? = null): TermActor {
      val actor = TermActor()
      var blueprint = Blueprint.of("actor", { actor }).codec(TermCodec.identity()).trapExit()
      if (name != null) blueprint = blueprint.named(name)
      if (compression != null) blueprint = blueprint.compression(compression)
      node.start(blueprint)
      return actor
    }
  }
}
