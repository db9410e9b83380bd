package io.weft.kotlin

import io.weft.node.Address
import io.weft.node.AliasMode
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Self
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Reference
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch

/**
 * What an actor can do, in whatever shape it is written: the receiver of a server's body and of a
 * straight-line body, and the context parameter of a class.
 *
 * As a coroutine scope it is the actor's own: what is [launched][kotlinx.coroutines.launch] in it
 * runs in turns of the process, ends with it, and ends it when it fails.
 *
 * @param P the protocol
 */
@WeftDsl
public interface Turn<P : Any> : CoroutineScope {
  /**
   * The process itself. Its methods, and those of this scope that act in its name, are for the
   * actor's own turns: on other threads, such as those of `withContext(Dispatchers.IO)`, they fail
   * with an [IllegalStateException].
   */
  public val self: Self<P>

  /** Ends the actor when the present handler, or step of a straight-line body, is done. */
  public fun stop(reason: ExitReason)

  /**
   * Watches a process, on any node: its end comes as a message of the protocol, once. Of a slot
   * that is empty it comes at once, with `noproc`.
   *
   * @return the monitor, for [Self.demonitor]
   */
  public fun monitor(whom: Address<*>, message: (Info.Down) -> P): Reference

  /**
   * Links the actor with a process: when one of them ends abnormally so does the other, unless it
   * [traps exits][trapExits].
   *
   * @throws IllegalArgumentException if the address does not stand for a process at the moment
   */
  public fun link(with: Address<*>)

  /** Removes a link; see [Self.unlink]. */
  public fun unlink(from: Address<*>)

  /**
   * Traps exit signals: each comes as a message of the protocol from now on. A server still ends
   * with its parent.
   */
  public fun trapExits(message: (Info.Exit) -> P)

  /**
   * Makes a reply that comes bit by bit: what [flow] emits, in turns of this actor, as fast as the
   * one who asked takes it. The flow begins when it is read, and is cancelled when nobody does any
   * more; its failure ends the actor.
   */
  public fun <E : Any> streaming(flow: Flow<E>): Source<E>

  /**
   * How long coroutines of the actor may take to finish once it ends and they are cancelled: five
   * seconds if not told, [Duration.INFINITE] for as long as it takes. After that the actor ends
   * without them, and says so in a warning. A kill, as by a supervisor whose shutdown time is over,
   * ends it at once.
   */
  public fun grace(limit: Duration)
}

/** What all shapes of actors have from their process. */
internal abstract class ProcessTurn<P : Any>(
  final override val self: Self<P>,
  protected val turns: ActorTurns,
) : Turn<P>, CoroutineScope by turns {
  override fun stop(reason: ExitReason): Unit = self.stop(reason)

  override fun monitor(whom: Address<*>, message: (Info.Down) -> P): Reference {
    require(whom.item() !is Reference) { "an alias cannot be monitored: $whom" }
    val target = whom.target()
    return if (target != null) self.monitor(target, message) else reportAbsence(message)
  }

  private fun reportAbsence(message: (Info.Down) -> P): Reference {
    val nobody = self.alias(AliasMode.EXPLICIT_UNALIAS)
    self.unalias(nobody)
    self.address().tell(message(Info.Down(nobody, Atom.UNDEFINED, ExitReason.NOPROC)))
    return nobody
  }

  override fun link(with: Address<*>): Unit = self.link(processOf(with))

  override fun unlink(from: Address<*>): Unit = self.unlink(processOf(from))

  private fun processOf(address: Address<*>): Pid =
    requireNotNull(address.pid()) { "$address does not stand for a process that could be linked" }

  override fun <E : Any> streaming(flow: Flow<E>): Source<E> {
    lateinit var feed: Feed<E>
    lateinit var feeder: Address<FeederMessage<E>>
    val producer =
      launch(Deadline.NONE, CoroutineStart.LAZY) {
        feed.awaitReader()
        flow.collect {
          feed.takeCredit()
          feeder.tell(FeederMessage.Value(it))
        }
        feeder.tell(FeederMessage.End)
      }
    feed = Feed(producer)
    feeder = StreamFeeder.start(self, feed)
    producer.start()
    return Source(checkNotNull(feeder.pid()), feed)
  }

  override fun grace(limit: Duration) {
    turns.grace = limit
  }
}
