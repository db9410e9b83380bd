package io.weft.kotlin

import io.weft.node.NetworkProvider
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.NodeStartException
import io.weft.node.Observer
import io.weft.runtime.Seams
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** The options of a node; what is not told keeps the default of [NodeOptions]. */
@WeftDsl
public interface NodeScope {
  /** What peers must know to connect. */
  public fun cookie(cookie: String)

  /** Keeps out of `nodes()` of the peers, and of what the members of a cluster share. */
  public fun hidden()

  /** Appears in `nodes()` of the peers: the default. */
  public fun published()

  /** Listens on this port; on any free one by default. */
  public fun port(port: Int)

  /** Finds EPMD on this port; 4369 by default, or what `ERL_EPMD_PORT` says. */
  public fun epmdPort(port: Int)

  /** Gives a connection up after this long without a sign of life; 60 s by default. */
  public fun tickTime(time: Duration)

  /** Lets so many processes live at once; 2^27 by default. */
  public fun maxProcesses(count: Int)

  /** Lets a message to another node take so many bytes; 256 MiB by default. */
  public fun maxMessageBytes(bytes: Int)

  /** Runs the processes on so many threads; one for each processor by default. */
  public fun carriers(count: Int)

  /** Adds one who sees what happens on the node. */
  public fun observer(observer: Observer)

  /**
   * Reaches other nodes by this; by what is found on the class path if not told. With `weft-dist`:
   * `network(DistNetworkProvider(distOptions { .. }))`.
   */
  public fun network(provider: NetworkProvider)
}

/**
 * Starts a node that peers can reach as [name], `name@host`. Blocks until it is reachable. One
 * called `undefined@host` gets its name from the first peer that it connects with.
 *
 * ```
 * val shop = node("shop@127.0.0.1") { cookie("secret") }
 * ```
 *
 * @throws NodeStartException if the network module is not on the class path, or the network refused
 *   the node
 */
public fun node(name: String, configure: NodeScope.() -> Unit): Node {
  val options = NodeOptions.builder(name)
  OptionsScope(options).configure()
  return Node.start(options.build())
}

/** Starts a node without a network. */
public fun localNode(): Node = Node.start(NodeOptions.local())

/**
 * Starts a node without a network on a scheduler, clock and timers of its own: in a test, for one.
 */
public fun localNode(seams: Seams): Node =
  Node.start(NodeOptions.builder(NodeOptions.local().name()).seams(seams).build())

private class OptionsScope(private val options: NodeOptions.Builder) : NodeScope {
  override fun cookie(cookie: String) = set { cookie(cookie) }

  override fun hidden() = set { hidden(true) }

  override fun published() = set { hidden(false) }

  override fun port(port: Int) = set { port(port) }

  override fun epmdPort(port: Int) = set { epmdPort(port) }

  override fun tickTime(time: Duration) = set { tickTime(time.toJavaDuration()) }

  override fun maxProcesses(count: Int) = set { maxProcesses(count) }

  override fun maxMessageBytes(bytes: Int) = set { maxMessageBytes(bytes) }

  override fun carriers(count: Int) = set { carriers(count) }

  override fun observer(observer: Observer) = set { observer(observer) }

  override fun network(provider: NetworkProvider) = set { networkProvider(provider) }

  private fun set(option: NodeOptions.Builder.() -> Unit) = options.option()
}
