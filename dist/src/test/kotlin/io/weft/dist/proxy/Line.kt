package io.weft.dist.proxy

import io.kotest.assertions.throwables.shouldThrow
import io.weft.dist.DistOptions
import io.weft.dist.NotConnectedException
import io.weft.dist.PeerConnection
import io.weft.dist.distOptions
import io.weft.dist.testing.Tap
import io.weft.dist.testing.TappedTransport
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.dist
import io.weft.dist.transport.Transport
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.runtime.Seams
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit

const val A = "a@127.0.0.1"
const val B = "b@127.0.0.1"
const val C = "c@127.0.0.1"
const val D = "d@127.0.0.1"

/** Nodes over TCP each of which can connect with those only that it was told of. */
class Line : AutoCloseable {
  private val taps = ConcurrentHashMap<String, Tap>()
  val world =
    object : TcpWorld() {
      override fun transportOf(short: String, seams: Seams): Transport {
        val transport = super.transportOf(short, seams)
        return taps[short]?.let { TappedTransport(transport, it) } ?: transport
      }
    }

  /** Puts somebody at the wires of the node to come. */
  fun tap(short: String, tap: Tap) {
    taps[short] = tap
  }

  fun start(
    short: String,
    vararg knows: Node,
    dist: DistOptions.Builder.() -> Unit = {},
    node: NodeOptions.Builder.() -> Unit = {},
    configure: (ProxyOptions.Builder.() -> Unit)? = {},
  ): Node {
    val options = distOptions {
      epmd(false)
      knows.forEach { route(it.name().name(), "127.0.0.1", it.dist.port()) }
      if (configure != null) proxy(proxyOptions(configure))
      dist()
    }
    return world.start(short, options, node)
  }

  fun log(vararg texts: String): Boolean = world.log.lines.any { line -> texts.all { it in line } }

  override fun close() = world.close()
}

/** A reaches C through B. */
class Three(
  dist: DistOptions.Builder.() -> Unit = {},
  line: Line = Line(),
  ofA: ProxyOptions.Builder.() -> Unit = {},
  ofB: ProxyOptions.Builder.() -> Unit = {},
  ofC: ProxyOptions.Builder.() -> Unit = {},
) : AutoCloseable {
  val line = line
  val c = line.start("c", dist = dist) { accept(A).ofC() }
  val b = line.start("b", c, dist = dist) { transit(A, C).ofB() }
  val a = line.start("a", b, dist = dist) { route(C, B).ofA() }

  override fun close() = line.close()
}

fun Node.reaches(peer: String): PeerConnection = dist.connect(peer).get(30, TimeUnit.SECONDS)

fun Node.failsToReach(peer: String): String =
  (shouldThrow<ExecutionException> { dist.connect(peer).get(30, TimeUnit.SECONDS) }.cause
      as NotConnectedException)
    .message
    .orEmpty()
