package io.weft.dist.proxy

import io.weft.term.Atom
import io.weft.wire.WireException
import io.weft.wire.proxy.ProxyDown
import io.weft.wire.proxy.ProxyFrame
import io.weft.wire.proxy.TunnelNumbers
import java.nio.ByteBuffer
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/**
 * The tunnels of one connection, whoever has asked for them.
 *
 * Those with something to write stand in a queue; each writes a piece when its turn comes and goes
 * to the end of the queue, so that none waits for all of another.
 *
 * @param wake the writer of the connection: there is something for it
 * @param onRequest told of each tunnel that the peer asks for
 */
internal class LinkTunnels(
  val peer: Atom,
  private val wake: () -> Unit,
  private val onRequest: (LinkTunnels, ProxyFrame.Open) -> Unit,
) {
  private val numbers = TunnelNumbers()
  private val tunnels = ConcurrentHashMap<Int, Tunnel>()
  private val dueTunnels = ConcurrentLinkedQueue<Tunnel>()
  private val refusals = ConcurrentLinkedQueue<ProxyFrame.Close>()
  private val refusalCount = AtomicInteger()
  private var lost: ProxyDown? = null

  /** How many tunnels that the peer has asked for hold something on this node. */
  val asked = AtomicInteger()

  /** How many there are. */
  val count: Int
    get() = tunnels.size

  /** How many bytes wait to be written. */
  val queuedBytes: Long
    get() = tunnels.values.sumOf { it.queuedBytes.toLong() }

  // --- any thread --------------------------------------------------------------------------------

  /** Asks the peer for a tunnel. */
  fun open(
    window: Int,
    user: TunnelUser,
    onFree: () -> Unit = {},
    request: (number: Int) -> ProxyFrame.Open,
  ) {
    val why =
      synchronized(this) { // numbers are to be written in their order
        if (lost == null) {
          val frame = request(numbers.next())
          val tunnel = Tunnel(this, frame.tunnel, window, user, onFree)
          tunnels[tunnel.number] = tunnel
          user.attached(tunnel)
          tunnel.begin(frame)
        }
        lost
      }
    if (why != null) {
      onFree()
      user.closed(why)
    }
  }

  /** Lets in a tunnel that the peer has asked for. */
  fun accept(
    request: ProxyFrame.Open,
    window: Int,
    user: TunnelUser,
    onFree: () -> Unit,
  ): Tunnel {
    val tunnel = Tunnel(this, request.tunnel, window, user, onFree)
    tunnel.credited(request.window)
    val why =
      synchronized(this) {
        if (lost == null) tunnels[tunnel.number] = tunnel
        lost
      }
    user.attached(tunnel)
    if (why != null) tunnel.ended(why)
    return tunnel
  }

  /** Answers a request: no. */
  fun refuse(tunnel: Int, why: ProxyDown) {
    if (refusalCount.incrementAndGet() > MOST_REFUSALS)
      throw WireException("requests for tunnels without end, and the answers are not read")
    refusals += ProxyFrame.Close(tunnel, why)
    wake()
  }

  /** The connection is lost, and all tunnels with it. Idempotent. */
  fun lost(text: String) {
    val why =
      ProxyDown(ProxyDown.Kind.LOST, peer, "the connection with ${peer.name()} ended: $text")
    synchronized(this) {
      if (lost != null) return
      lost = why
    }
    tunnels.values.forEach { it.ended(why) }
  }

  fun due(tunnel: Tunnel) {
    dueTunnels += tunnel
    wake()
  }

  fun forget(tunnel: Tunnel) {
    tunnels.remove(tunnel.number, tunnel)
  }

  // --- the writer --------------------------------------------------------------------------------

  /** Whether there is something to write. */
  val isDue: Boolean
    get() = !dueTunnels.isEmpty() || !refusals.isEmpty()

  /**
   * Writes what is due, about [bytes] at most.
   *
   * @param into with room for as much and [Tunnel.MOST_AT_ONCE]
   */
  fun write(into: ByteBuffer, bytes: Int) {
    val full = into.position() + bytes
    while (into.position() < full) {
      val refusal = refusals.poll()
      if (refusal != null) {
        refusalCount.decrementAndGet()
        refusal.putTo(into)
      } else {
        (dueTunnels.poll() ?: return).write(into)
      }
    }
  }

  // --- the reader --------------------------------------------------------------------------------

  /**
   * Takes a frame that [ProxyFrame.isOne]. What is said of a tunnel that has ended here is late,
   * and means nothing.
   *
   * @throws WireException if the peer breaks the protocol: the connection has to be closed
   */
  fun receive(body: ByteBuffer) {
    val frame = ProxyFrame.read(body)
    if (frame is ProxyFrame.Open) {
      synchronized(this) { numbers.asked(frame.tunnel) }
      onRequest(this, frame)
      return
    }
    val tunnel = tunnels[frame.tunnel()] ?: return
    when (frame) {
      is ProxyFrame.Opened -> tunnel.opened(frame)
      is ProxyFrame.Data -> tunnel.received(frame.bytes)
      is ProxyFrame.Credit -> tunnel.credited(frame.bytes)
      is ProxyFrame.Close -> tunnel.ended(frame.why)
      is ProxyFrame.Open -> error("answered above")
    }
  }

  private companion object {
    const val MOST_REFUSALS = 1000
  }
}
