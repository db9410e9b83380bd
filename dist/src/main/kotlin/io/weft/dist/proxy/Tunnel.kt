package io.weft.dist.proxy

import io.weft.wire.WireException
import io.weft.wire.proxy.ProxyDown
import io.weft.wire.proxy.ProxyFrame
import io.weft.wire.proxy.TunnelFlow
import java.nio.ByteBuffer

/**
 * What a tunnel is for on this node: one of its ends, or half of a [Relay]. Called by the coroutine
 * that reads the connection, [written] by the one that writes it, [closed] by any thread; nothing
 * of it waits.
 */
internal interface TunnelUser {
  /** The tunnel that all of this is about; called once, before all else. */
  fun attached(tunnel: Tunnel)

  /** It is there. */
  fun opened(answer: ProxyFrame.Opened)

  /** Bytes have come, in memory that is reused; [Tunnel.consumed] makes room for more. */
  fun received(bytes: ByteBuffer)

  /** So many of the bytes that were queued are out, and [left] are not. */
  fun written(bytes: Int, left: Int)

  /** It has ended, and not because [Tunnel.close] was called here. Once. */
  fun closed(why: ProxyDown)
}

/** One tunnel on one connection. Any thread. */
internal class Tunnel(
  private val link: LinkTunnels,
  val number: Int,
  window: Int,
  private val user: TunnelUser,
  private val onFree: () -> Unit,
) {
  // guarded by this
  private val flow = TunnelFlow(window)
  private val queue = Pipe()
  private var first: ProxyFrame? = null
  private var credit = 0
  private var established = false
  private var end: ProxyDown? = null
  private var patient = false
  private var freed = false

  /** Whether it stands among those that have something to write. */
  private var due = false

  /** How many bytes wait to be written. */
  val queuedBytes: Int
    @Synchronized get() = queue.size

  // --- this side ---------------------------------------------------------------------------------

  /** Begins with this frame: a request, or the answer to one. */
  @Synchronized
  fun begin(frame: ProxyFrame) {
    first = frame
    if (frame is ProxyFrame.Opened) established = true
    schedule()
  }

  /**
   * Queues bytes to be written, as many as there is room for if at most [most] may wait; returns
   * how many, or -1 if the tunnel has ended.
   */
  @Synchronized
  fun put(bytes: ByteBuffer, most: Int = Int.MAX_VALUE): Int {
    if (freed || end != null) return -1
    val count = queue.put(bytes, most - queue.size)
    schedule()
    return count
  }

  /** So many bytes of what came have left this node, or reached whom they are for. */
  @Synchronized
  fun consumed(bytes: Int) {
    credit += flow.consumed(bytes)
    schedule()
  }

  /**
   * Ends it, when what is queued is written: a [patient] one waits for the other side to make room,
   * others forget what it has no room for. Idempotent.
   */
  @Synchronized
  fun close(why: ProxyDown, patient: Boolean = false) {
    if (end != null) return
    end = why
    this.patient = patient
    if (!patient && why.kind != ProxyDown.Kind.CLOSED) queue.clear()
    schedule()
  }

  // --- the other side ----------------------------------------------------------------------------

  /** @throws WireException if it was answered before */
  fun opened(answer: ProxyFrame.Opened) {
    synchronized(this) {
      if (established || number < 0) throw WireException("tunnel $number is there already")
      established = true
      flow.credited(answer.window)
    }
    user.opened(answer)
  }

  /** @throws WireException if it asks for more than it has been given room for */
  fun received(bytes: ByteBuffer) {
    synchronized(this) {
      if (!established) throw WireException("bytes through tunnel $number, which is not there yet")
      flow.received(bytes.remaining())
      if (end != null) return
    }
    user.received(bytes)
  }

  /** @throws WireException if that is more than there can be */
  @Synchronized
  fun credited(bytes: Int) {
    flow.credited(bytes)
    schedule()
  }

  /** The other side has ended it, or the connection is lost. */
  fun ended(why: ProxyDown) {
    val heard: Boolean
    synchronized(this) {
      if (freed) return
      heard = end == null
      free()
    }
    onFree()
    if (heard) user.closed(why)
  }

  // --- the writer of the connection --------------------------------------------------------------

  /**
   * Writes what is due, of the bytes a piece only.
   *
   * @param into with room for [MOST_AT_ONCE]
   */
  fun write(into: ByteBuffer) {
    var written = 0
    var left = 0
    var isEnd = false
    synchronized(this) {
      due = false
      if (freed) return
      first?.putTo(into)
      first = null
      if (credit > 0) ProxyFrame.Credit(number, credit).putTo(into)
      credit = 0
      written = minOf(queue.size, flow.sendable(), ProxyFrame.MAX_DATA_BYTES)
      if (written > 0) {
        ProxyFrame.putDataHead(into, number, written)
        queue.take(into, written)
        flow.sent(written)
      }
      left = queue.size
      isEnd = isAtEnd()
      if (isEnd) {
        ProxyFrame.Close(number, checkNotNull(end)).putTo(into)
        free()
      } else schedule()
    }
    if (isEnd) onFree() else if (written > 0) user.written(written, left)
  }

  private fun schedule() {
    if (due || freed) return
    due = first != null || credit > 0 || (queue.size > 0 && flow.sendable() > 0) || isAtEnd()
    if (due) link.due(this)
  }

  private fun isAtEnd() = end != null && (queue.size == 0 || (!patient && flow.sendable() == 0))

  private fun free() {
    freed = true
    queue.clear()
    link.forget(this)
  }

  override fun toString() = "tunnel $number of the connection with ${link.peer}"

  companion object {
    /** A request, a credit, bytes and the end, each with what goes before it. */
    const val MOST_AT_ONCE = 64 * 1024
  }
}
