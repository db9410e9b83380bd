package io.weft.dist

import io.weft.dist.compression.AgreedCompression
import io.weft.dist.compression.Compression
import io.weft.dist.proxy.LinkTunnels
import io.weft.dist.proxy.Proxy
import io.weft.dist.proxy.ProxyDownException
import io.weft.dist.tls.TlsException
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.FrameReader
import io.weft.etf.NodeAlias
import io.weft.node.NodeDownReason
import io.weft.node.PeerChannel
import io.weft.node.PeerSession
import io.weft.node.PeerStatistics
import io.weft.runtime.LogLimiter
import io.weft.term.Atom
import io.weft.wire.WireException
import io.weft.wire.control.Control
import io.weft.wire.handshake.DistFlags
import io.weft.wire.handshake.PeerInfo
import java.io.IOException
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** Bytes to and from a peer whose handshake is done; [frames] may have read beyond it. */
internal class Established(
  val duplex: Duplex,
  val frames: FrameReader,
  val peer: PeerInfo,
  /** What protects it, or null. */
  val protection: String? = null,
  /** The nodes that carry it, if it is no connection of its own. */
  val via: List<Atom> = emptyList(),
  /** How the peer calls this node, if otherwise than its own processes do. */
  val alias: NodeAlias? = null,
) {
  override fun toString() = "${peer.name} at ${duplex.remote}"
}

/**
 * The connection with one peer, from the first wish for it to its end. It is, in this order:
 * - *pending*: signals queue up while someone tries to connect, we or the peer;
 * - *up*: signals are carried, by the coroutine that made the handshake, be it ours or the
 *   acceptor's;
 * - *closing*: it was told to end. New signals are dropped, and whoever wants the peer gets a new
 *   connection;
 * - *ended*: the session is closed, so that all who shared links and monitors with the peer know.
 *
 * A connection goes up only when the one before it with the same peer has ended: no signal of the
 * new one arrives before the last word of the old one.
 *
 * Pending becomes up under the lock of [Connections]. The step to closing is atomic by itself, and
 * may come at any time.
 */
internal class Connection(
  val peer: Atom,
  newSession: (Atom, PeerChannel) -> PeerSession,
  @Volatile private var predecessor: Connection?,
  private val log: LogLimiter,
  private val compression: Compression,
  private val proxy: Proxy?,
  private val onEnd: (Connection) -> Unit,
) : PeerChannel {
  private class Cause(val why: String, val trouble: Boolean, val reason: NodeDownReason)

  private val outbox = Outbox(MAX_QUEUED_SIGNALS, MAX_QUEUED_BYTES)
  private val cause = AtomicReference<Cause?>()
  private val endBegun = AtomicBoolean()
  private val ended = Job()
  private val decided = CompletableDeferred<String?>()

  @Volatile private var established: Established? = null
  @Volatile private var pulse: Pulse? = null

  /** What others say to each other over it; null if the peer did not agree to that. */
  @Volatile
  var tunnels: LinkTunnels? = null
    private set

  private val incoming = Traffic()
  private val outgoing = Traffic()

  /**
   * Our own coroutine that tries to connect, if there is one. Set once, under the lock of
   * [Connections].
   */
  @Volatile var attempt: Job? = null

  /** The session that lives and dies with this connection. */
  val session: PeerSession = newSession(peer, this)

  val isClosing: Boolean
    get() = cause.get() != null

  val isUp: Boolean
    get() = established != null && !isClosing

  val isPending: Boolean
    get() = established == null && !isClosing

  // --- any thread --------------------------------------------------------------------------------

  override fun send(signal: Control): Unit = send(signal, SMALL_SIGNAL_BYTES)

  override fun send(signal: Control, bytes: Long) {
    if (isClosing || outbox.put(signal, bytes)) return
    close(
      "it does not keep up: ${outbox.signals} signals with ${outbox.bytes} bytes wait to be sent",
      trouble = true,
    )
  }

  override fun isBusy(): Boolean = outbox.isBusy && !isClosing

  override fun whenRoom(then: Runnable) {
    outbox.whenRoom(then)
    if (isClosing) outbox.letGo()
  }

  fun statistics(): PeerStatistics =
    PeerStatistics(
      incoming.signals.value,
      outgoing.signals.value,
      incoming.bytes.value,
      outgoing.bytes.value,
      incoming.plainBytes.value,
      outgoing.plainBytes.value,
      outbox.signals,
      outbox.bytes,
      outbox.isBusy || outbox.holdsUp,
      incoming.frames.value,
      outgoing.frames.value,
      outbox.sendersWaiting,
    )

  override fun close(why: String): Unit = close(why, trouble = false)

  /**
   * Tells the connection to end; the first cause counts. [why] tells people, [reason] those who
   * watch nodes; [trouble] makes its line in the log a warning. Idempotent.
   */
  fun close(
    why: String,
    trouble: Boolean,
    reason: NodeDownReason = NodeDownReason.CONNECTION_CLOSED,
  ) {
    if (!cause.compareAndSet(null, Cause(why, trouble, reason))) return
    established?.duplex?.close()
    attempt?.cancel()
    outbox.letGo()
  }

  /**
   * Tells the connection to end when all that is queued is written, for which a pending one goes up
   * first. The peer closes in return. Idempotent.
   */
  fun finish() {
    outbox.end()
    if (established == null && outbox.isEmpty) closeAsNodeStops()
  }

  private fun closeAsNodeStops() =
    close("this node stops", trouble = false, NodeDownReason.SHUTDOWN)

  /** Suspends until it is up, or has ended before: then why. */
  suspend fun awaitUp(): String? = decided.await()

  /** Whether it goes through other nodes, or will. */
  val isThroughOthers: Boolean
    get() = established?.via?.isNotEmpty() ?: (proxy?.leadsTo(peer) == true)

  /** What is known of it; null until it is established. */
  fun described(): PeerConnection? = established?.let {
    val via = it.via.map(Atom::name)
    PeerConnection(peer.name(), it.duplex.remote, it.protection, it.peer.hidden(), via)
  }

  /**
   * Suspends until it has ended, and those before it: one that could not be made ends at once,
   * while the one it was to follow may still hand out what it has read.
   */
  suspend fun awaitEnd() {
    ended.join()
    predecessor?.awaitEnd()
  }

  /** Set once nothing comes of it any more. Under the lock of [Connections]. */
  var isForgotten: Boolean = false

  /**
   * Returns the last one before it of which something may come. Under the lock of [Connections].
   */
  fun lingering(): Connection? {
    val before = predecessor ?: return null
    return if (before.isForgotten) before.lingering() else before
  }

  /** Ends a quarter of the tick time: see [Pulse]. Called by the ticker only. */
  fun beat() {
    when (pulse?.beat()) {
      Pulse.Beat.TICK -> outbox.putTick()
      Pulse.Beat.GONE ->
        close(
          "it is not responding: nothing was heard for the tick time",
          trouble = true,
          NodeDownReason.NET_TICK_TIMEOUT,
        )
      Pulse.Beat.STUCK ->
        close(
          "it takes nothing: ${outbox.bytes} bytes wait, and none could be written for the tick time",
          trouble = true,
        )
      Pulse.Beat.NOTHING,
      null -> {}
    }
  }

  // --- from pending to the end -------------------------------------------------------------------

  /**
   * Makes a pending connection an up one, to be [carry]d by the caller; false if it is up or
   * closing already.
   */
  fun attach(connected: Established): Boolean {
    if (!isPending) return false
    established = connected
    return true
  }

  /** Carries signals both ways until the end. */
  suspend fun carry() {
    val connected = checkNotNull(established) { "only an attached connection carries signals" }
    try {
      predecessor?.awaitEnd()
      predecessor = null
      if (!isClosing) {
        compression.agreed(connected.peer.flags).use { agreed ->
          log.info(
            "connected with {}{}{}{}",
            connected,
            connected.protection?.let { " by $it" } ?: "",
            agreed.algorithm?.let { ", compressed by $it" } ?: "",
            if (connected.peer.hidden()) ", a hidden node" else "",
          )
          if (connected.peer.flags.has(DistFlags.PROXY)) tunnels = proxy?.link(peer, outbox::nudge)
          session.up(connected.peer)
          decided.complete(null)
          transfer(connected, agreed)
        }
      }
    } finally {
      closeAsNodeStops()
      end("the connection with {} ended: {}", connected)
    }
  }

  /** Our attempt to connect is over. If no other has led to a connection meanwhile, that was it. */
  fun attemptOver() {
    if (established == null) {
      closeAsNodeStops()
      end("no connection with {}: {}", peer)
    }
  }

  private fun end(line: String, with: Any) {
    if (!endBegun.compareAndSet(false, true)) return
    established?.duplex?.close()
    val why = checkNotNull(cause.get())
    if (why.trouble) log.warn(line, with, why.why) else log.info(line, with, why.why)
    tunnels?.lost(why.why)
    session.close(
      if (established == null) NodeDownReason.CONNECTION_SETUP_FAILED else why.reason,
      why.why,
    )
    onEnd(this)
    decided.complete(why.why) // before who ends the node goes on: this has to be run by it
    ended.complete()
  }

  private suspend fun transfer(
    connected: Established,
    compression: AgreedCompression,
  ) = coroutineScope {
    connected.frames.usualBytes = READ_BYTES
    val writer =
      SignalWriter(
        outbox,
        connected.peer.flags,
        compression.newFrames().also { it.alias(connected.alias) },
        connected.duplex,
        outgoing,
        tunnels,
        onDrop = { log.warn("dropped a signal to {}: {}", connected, it) },
        onNotUnderstood = session::notUnderstood,
        onUnlinkWithoutAck = session::unlinkSentWithoutAck,
      )
    val reader =
      SignalReader(
        connected.frames,
        session,
        incoming,
        compression.decompressors,
        tunnels,
        alias = connected.alias,
      )
    pulse =
      Pulse(reader::reads, writer::writes, connected.peer.hidden()) {
        outbox.bytes > 0 || tunnels?.isDue == true
      }
    val writing = launch {
      closingOnFailure {
        writer.run()
        connected.duplex.endOutput()
      }
    }
    closingOnFailure {
      reader.run()
      if (outbox.ending) closeAsNodeStops() else close("the peer closed it")
    }
    writing.cancel()
  }

  private suspend fun closingOnFailure(action: suspend () -> Unit) {
    try {
      action()
    } catch (cancelled: CancellationException) {
      throw cancelled
    } catch (malformed: WireException) {
      close("malformed bytes from the peer: ${malformed.message}", trouble = true)
    } catch (unsafe: TlsException) {
      close(unsafe.message.orEmpty(), trouble = true)
    } catch (down: ProxyDownException) {
      close(down.message.orEmpty(), trouble = false, NodeDownReason.ProxyDown(down.why.hop))
    } catch (lost: IOException) {
      close("it broke: ${lost.message ?: lost.javaClass.simpleName}")
    } catch (bug: Exception) {
      log.error("a failure of this node, not of {}, ends the connection", peer, bug)
      close("a failure of this node: $bug", trouble = true)
    }
  }

  override fun toString() = "connection with $peer"

  private companion object {
    /**
     * Signals cannot be dropped one by one without breaking links and order, so a queue without end
     * ends the connection.
     */
    const val MAX_QUEUED_SIGNALS = 4_000_000L
    const val MAX_QUEUED_BYTES = 1L shl 30
    const val SMALL_SIGNAL_BYTES = 64L
    const val READ_BYTES = 128 * 1024
  }
}
