package io.weft.dist

import io.weft.etf.NodeAlias
import io.weft.node.Node
import io.weft.node.NodeDownReason
import io.weft.wire.handshake.Cookie
import io.weft.wire.handshake.DistFlags
import io.weft.wire.handshake.LocalNode
import io.weft.wire.handshake.Step
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.withContext

/** As whom a node shows itself when it connects. */
internal sealed interface OwnName {
  /** What is told to acceptors by [connection]; suspends while that is not known. */
  suspend fun towards(connection: Connection): LocalNode

  /**
   * The handshake of [connection] succeeded. Returns what its terms are to be translated by, if
   * they are.
   */
  fun agreed(connection: Connection, done: Step.Done): NodeAlias?

  /** [connection] has ended, or never was. */
  suspend fun ended(connection: Connection)
}

/** A node that has its name from its options. */
internal class OwnedName(private val local: LocalNode) : OwnName {
  override suspend fun towards(connection: Connection) = local

  override fun agreed(connection: Connection, done: Step.Done): NodeAlias? = null

  override suspend fun ended(connection: Connection) {
    // the name stays
  }
}

/**
 * A node whose peers give it its name: the first one that it connects with, while all others wait,
 * and for as long as that connection lasts. Its end closes all others, as in OTP from 25.1 on,
 * since the peer may then give the name to another node.
 *
 * Source: OTP's `net_kernel`, `delete_connection`, and `dist_util`, `do_setnode`.
 */
internal class GivenName(
  private val node: Node,
  private val unnamed: LocalNode,
  private val offered: DistFlags,
  private val cookie: Cookie,
) : OwnName {
  /** Held by the connection that asks for a name, and while one is taken away. */
  private val asking = Mutex()

  /** These are used under [lock]. */
  private val users = LinkedHashSet<Connection>()
  private var giver: Connection? = null
  private var named: LocalNode? = null
  private var alias: NodeAlias? = null
  private val lock = Any()

  override suspend fun towards(connection: Connection): LocalNode {
    if (!asking.holdsLock(connection)) asking.lock(connection)
    val present =
      synchronized(lock) {
        users += connection
        if (named == null) giver = connection
        named
      }
    if (present != null) asking.unlock(connection)
    return present ?: unnamed
  }

  override fun agreed(connection: Connection, done: Step.Done): NodeAlias? =
    synchronized(lock) {
      if (connection === giver && named == null) {
        alias = node.rename(done.ownName, done.ownCreation)
        named = LocalNode.of(done.ownName, done.ownCreation, offered, cookie)
        asking.unlock(connection)
      }
      alias
    }

  override suspend fun ended(connection: Connection) {
    val wasGiver = synchronized(lock) { users.remove(connection) && connection === giver }
    if (wasGiver) withContext(NonCancellable) { loseName(connection) }
  }

  private suspend fun loseName(lost: Connection) {
    if (!asking.holdsLock(lost)) asking.lock(lost)
    try {
      val others = synchronized(lock) { users.toList() }
      others.forEach {
        it.close(
          "${lost.peer}, which gave this node its name, is not connected any more",
          trouble = false,
          NodeDownReason.DISCONNECT,
        )
      }
      others.forEach { it.awaitEnd() }
    } finally {
      synchronized(lock) {
        giver = null
        named = null
        alias = null
        node.rename(null, 0)
      }
      asking.unlock(lost)
    }
  }
}
