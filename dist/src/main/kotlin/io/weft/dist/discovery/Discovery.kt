package io.weft.dist.discovery

import java.io.IOException

/**
 * Knows where nodes are, and which there are. One object serves one node, which opens and closes
 * it.
 *
 * All functions are called from coroutines on the carriers of the node: an implementation that
 * blocks has to do so elsewhere. They may be called at the same time.
 */
public interface Discovery : AutoCloseable {
  /**
   * The node listens now. An implementation that tells others of the node begins to do so, and goes
   * on until [close].
   *
   * @throws IOException if it cannot; the node does not start then
   */
  public suspend fun open(self: SelfNode) {
    // there is nobody to be told
  }

  /**
   * Returns where [node] (`name@host`) listens, or null if it is not known here.
   *
   * @throws IOException if that could not be found out; the message names what was asked
   */
  public suspend fun locate(node: String): NodeLocation?

  /**
   * Returns the nodes that are there, for those who want to be connected with all of them. This
   * node may be among them.
   *
   * @throws IOException if that could not be found out
   */
  public suspend fun nodes(): Set<String> = emptySet()

  /** Ends what [open] began. Idempotent; any thread. */
  override fun close() {
    // nothing was opened
  }
}

/** Where a node listens. */
public data class NodeLocation(
  /** A name or an address. */
  val host: String,
  val port: Int,
) {
  init {
    require(host.isNotEmpty()) { "a location has a host" }
    require(port in 1..MAX_PORT) { "a port is 1 to $MAX_PORT, not $port" }
  }

  override fun toString(): String = if (':' in host) "[$host]:$port" else "$host:$port"

  private companion object {
    const val MAX_PORT = 65_535
  }
}

/** The node that a [Discovery] serves. */
public class SelfNode(
  /** `name@host`. */
  public val name: String,
  /** Where it listens. */
  public val port: Int,
  /** What the node runs on: clocks, timers and threads of a discovery come from here. */
  public val seams: io.weft.runtime.Seams,
)
