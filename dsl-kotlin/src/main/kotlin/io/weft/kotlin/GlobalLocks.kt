package io.weft.kotlin

import io.weft.global.Global
import io.weft.global.LockId
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Node
import io.weft.node.Self
import io.weft.node.Target
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Term
import kotlin.coroutines.ContinuationInterceptor
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive

/**
 * A lock of the whole cluster: OTP's `global:set_lock/3` and `trans/4`. Whoever has it on a set of
 * nodes keeps all others out that want it on any of them, processes of Erlang included.
 *
 * ```
 * val ledger = node.global.lock("ledger")
 * ledger.withLock { migrate() }
 * val done = ledger.withLockOrNull(retries = 0) { migrate() } != null
 * ```
 *
 * Each block is a requester of its own, as with a [kotlinx.coroutines.sync.Mutex]: the lock is not
 * reentrant, and coroutines of one actor keep each other out. It is free when the block is over,
 * soon after one that was cancelled; when the actor whose coroutine took it has ended; and when the
 * node is lost.
 *
 * Immutable; any thread.
 *
 * @see Global.setLock
 */
public class GlobalLock
internal constructor(
  private val node: Node,
  private val global: Global,
  /** What is locked: any term but `global`. */
  public val resource: Term,
  private val nodes: List<Atom>?,
) {
  /**
   * Returns the lock on these nodes only; without, it is on this node and all visible ones that it
   * is connected with when the lock is asked for.
   */
  public fun on(nodes: Collection<String>): GlobalLock =
    GlobalLock(node, global, resource, nodes.map(Atom::of))

  /** Runs [block] under the lock, and suspends for as long as others have it. */
  public suspend fun <R> withLock(block: suspend () -> R): R =
    underLock(Global.FOREVER, { error("$node is stopping") }, block)

  /**
   * As [withLock]; returns null, without having run [block], if others have the lock still after so
   * many [retries], between which there are pauses of up to eight seconds.
   */
  public suspend fun <R : Any> withLockOrNull(retries: Int, block: suspend () -> R): R? =
    underLock(retries, { null }, block)

  private suspend fun <R> underLock(retries: Int, otherwise: () -> R, block: suspend () -> R): R {
    val nodes = nodes ?: global.nodes()
    val holder = startHolder()
    try {
      val lock = LockId(resource, holder)
      if (!global.setLock(lock, holder, nodes, retries).await(node)) return otherwise()
      try {
        return block()
      } finally {
        val free = global.deleteLock(lock, holder, nodes)
        if (currentCoroutineContext().isActive) free.await(node) // the killed wait for nothing
      }
    } finally {
      node.exit(holder, ExitReason.SHUTDOWN)
    }
  }

  /** A process holds the lock, so that it is free whatever becomes of the block. */
  private suspend fun startHolder(): Pid {
    val actor = currentCoroutineContext()[ContinuationInterceptor] as? TurnDispatcher
    val owner = actor?.self?.takeIf { it.node() === node }?.pid()
    return processOf(node.spawn(Blueprint.of("lock holder") { Holder(owner) }))
  }

  override fun toString(): String = "global lock $resource"

  /** Lives as long as [owner], at most. */
  private class Holder(private val owner: Pid?) : Behavior<Unit> {
    override fun start(self: Self<Unit>) {
      if (owner != null) self.monitor(Target.ByPid(owner))
    }

    override fun message(self: Self<Unit>, message: Unit) {}

    override fun info(self: Self<Unit>, info: Info) {
      if (info is Info.Down) self.stop(ExitReason.NORMAL)
    }
  }
}
