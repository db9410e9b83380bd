package io.weft.dist.proxy

import io.weft.dist.transport.Duplex
import io.weft.term.Atom
import io.weft.wire.proxy.Passage
import io.weft.wire.proxy.ProxyDown
import io.weft.wire.proxy.ProxyFrame
import java.io.IOException
import java.nio.ByteBuffer
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.channels.Channel

/**
 * The end of a tunnel, as a connection that carries bytes: what [SealedDuplex] seals.
 *
 * Its [endOutput] says nothing to anybody: the end is sealed, since those between could make one
 * up.
 *
 * @param self this node
 * @param peer the node at the other end
 * @param via the nodes between, as far as they are known, that next to this one first
 */
internal class TunnelDuplex(
  private val self: Atom,
  val peer: Atom,
  via: List<Atom> = emptyList(),
) : Duplex, TunnelUser {
  /** Null before it is asked for, and if it could not be. */
  @Volatile private var tunnel: Tunnel? = null
  private val answer = CompletableDeferred<ProxyDown?>()
  private val incoming = Pipe()
  private val arrival = Channel<Unit>(Channel.CONFLATED)
  private val room = Channel<Unit>(Channel.CONFLATED)

  @Volatile private var down: ProxyDown? = null
  @Volatile private var isClosed = false

  @Volatile
  var via: List<Atom> = via
    private set

  override val remote: String
    get() = "${peer.name()} through ${Passage.words(via)}"

  override val isFromThisHost: Boolean
    get() = false

  /** Suspends until the tunnel is there; or returns why it is not. */
  suspend fun awaitOpened(): ProxyDown? = answer.await()

  // --- the tunnel --------------------------------------------------------------------------------

  override fun attached(tunnel: Tunnel) {
    this.tunnel = tunnel
  }

  override fun opened(answer: ProxyFrame.Opened) {
    via = answer.path.dropLast(1)
    this.answer.complete(null)
  }

  override fun received(bytes: ByteBuffer) {
    synchronized(incoming) { if (!isClosed) incoming.put(bytes) }
    arrival.trySend(Unit)
  }

  override fun written(bytes: Int, left: Int) {
    if (left <= MOST_QUEUED_BYTES / 2) room.trySend(Unit)
  }

  override fun closed(why: ProxyDown) {
    down = why
    answer.complete(why)
    arrival.trySend(Unit)
    room.trySend(Unit)
  }

  // --- the connection ----------------------------------------------------------------------------

  override suspend fun read(into: ByteBuffer): Int {
    require(into.hasRemaining()) { "no room to read into" }
    while (true) {
      val ended = down // before it is looked whether there is something: nothing comes after it
      val count =
        synchronized(incoming) {
          if (isClosed) throw IOException(CLOSED)
          incoming.take(into)
        }
      if (count > 0) {
        tunnel?.consumed(count)
        return count
      }
      if (ended != null) return if (ended.kind == ProxyDown.Kind.CLOSED) -1 else throw gone()
      arrival.receive()
    }
  }

  override suspend fun write(vararg buffers: ByteBuffer) {
    for (buffer in buffers) {
      while (buffer.hasRemaining()) {
        if (isClosed) throw IOException(CLOSED)
        when (tunnel?.put(buffer, MOST_QUEUED_BYTES) ?: -1) {
          -1 -> throw gone()
          0 -> room.receive()
        }
      }
    }
  }

  private fun gone(): IOException {
    val why = down
    return when {
      why == null -> IOException(CLOSED)
      why.kind == ProxyDown.Kind.CLOSED -> IOException("$remote: it was closed")
      else -> ProxyDownException(why)
    }
  }

  override suspend fun endOutput(): Unit = Unit

  override fun close() {
    synchronized(incoming) {
      isClosed = true
      incoming.clear()
    }
    tunnel?.close(ProxyDown(ProxyDown.Kind.CLOSED, self, "${self.name()} has closed it"))
    arrival.trySend(Unit)
    room.trySend(Unit)
  }

  override fun toString() = "tunnel to $remote"

  private companion object {
    const val CLOSED = "this node has closed it"
    const val MOST_QUEUED_BYTES = 128 * 1024
  }
}

/** A node on the way is gone, or refuses; the message names it. */
internal class ProxyDownException(val why: ProxyDown) : IOException("the way broke at $why")
