package io.weft.dist.testing

import io.weft.dist.DistNetwork
import io.weft.dist.DistNetworkProvider
import io.weft.dist.transport.Transport
import io.weft.node.Node
import io.weft.node.NodeOptions

/** The cookie of the nodes that are to find each other. */
const val COOKIE = "weft-test-cookie"

/** The network of a node that has one. */
val Node.dist: DistNetwork
  get() = network() as DistNetwork

/** Starts a node with an EPMD of its own (port 0) or a given one; the caller closes it. */
fun startNode(
  name: String,
  epmdPort: Int = 0,
  configure: NodeOptions.Builder.() -> Unit = {},
): Node =
  Node.start(NodeOptions.builder(name).cookie(COOKIE).epmdPort(epmdPort).apply(configure).build())

/** Puts the node on a network in memory. */
fun NodeOptions.Builder.over(transport: Transport): NodeOptions.Builder =
  networkProvider(DistNetworkProvider { transport })
