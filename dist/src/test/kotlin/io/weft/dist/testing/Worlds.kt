package io.weft.dist.testing

import io.weft.dist.DistNetwork
import io.weft.dist.DistOptions
import io.weft.dist.epmd.EpmdServer
import io.weft.dist.transport.KtorTransport
import io.weft.dist.transport.NioTransport
import io.weft.dist.transport.Transport
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.runtime.Seams
import kotlinx.coroutines.runBlocking

/** The cookie of the nodes that are to find each other. */
const val COOKIE = "weft-test-cookie"

/** The network of a node that has one. */
val Node.dist: DistNetwork
  get() = network() as DistNetwork

/** A place in which nodes find each other. Closing it closes the nodes that were started in it. */
interface World : AutoCloseable {
  /** Returns the full name of the node called [short] here. */
  fun nameOf(short: String): String

  /** Returns a transport of its own on the host of the node called [short]. */
  fun transportOf(short: String): Transport

  /** Returns the transport of the node called [short] that runs on [seams]. */
  fun transportOf(short: String, seams: Seams): Transport = transportOf(short)

  val epmdPort: Int

  /** What the networks of the nodes log. */
  val log: RecordingLog

  val nodes: MutableList<Node>

  /** Starts a node. */
  fun start(
    short: String,
    dist: DistOptions = DistOptions.DEFAULT,
    configure: NodeOptions.Builder.() -> Unit = {},
  ): Node = startAs(nameOf(short), dist, configure)

  /**
   * Starts a node of this full name, hidden unless it is told otherwise: only a test connects it.
   */
  fun startAs(
    name: String,
    dist: DistOptions = DistOptions.DEFAULT,
    configure: NodeOptions.Builder.() -> Unit = {},
  ): Node {
    val short = name.substringBefore('@')
    val options =
      NodeOptions.builder(name)
        .cookie(COOKIE)
        .epmdPort(epmdPort)
        .hidden(true)
        .networkProvider { node, options ->
          DistNetwork(node, options, transportOf(short, node.seams()), log, dist)
        }
        .apply(configure)
    return Node.start(options.build()).also(nodes::add)
  }

  override fun close() = nodes.asReversed().forEach(Node::close)
}

/** Each node has a host of its own, in memory. */
class MemoryWorld : World {
  private val net = MemoryNet()

  override val epmdPort = 4369
  override val log = RecordingLog()
  override val nodes = mutableListOf<Node>()

  override fun nameOf(short: String) = "$short@$short-host"

  override fun transportOf(short: String): Transport = net.host("$short-host")
}

/**
 * All nodes are on this machine, over TCP, with an EPMD that outlives each of them: the one at
 * [foreignEpmdPort], or one of its own.
 */
open class TcpWorld(foreignEpmdPort: Int? = null) : World {
  private val seams = Seams.system()
  private val transport = KtorTransport()
  private val epmd =
    if (foreignEpmdPort == null) runBlocking { EpmdServer.start(transport, seams, 0) } else null

  override val epmdPort = epmd?.port ?: checkNotNull(foreignEpmdPort)
  override val log = RecordingLog()
  override val nodes = mutableListOf<Node>()

  override fun nameOf(short: String) = "$short@127.0.0.1"

  override fun transportOf(short: String): Transport = KtorTransport()

  override fun transportOf(short: String, seams: Seams): Transport = NioTransport(seams.scheduler)

  override fun close() {
    super.close()
    epmd?.close()
    transport.close()
    seams.close()
  }
}
