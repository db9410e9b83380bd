package io.weft.dist

import io.weft.dist.proxy.LinkTunnels
import io.weft.dist.transport.Duplex
import io.weft.wire.control.Control
import io.weft.wire.frame.FrameEncoder
import io.weft.wire.frame.OutgoingFrames
import io.weft.wire.handshake.DistFlags
import java.nio.ByteBuffer
import kotlinx.coroutines.yield

/**
 * Writes what is in an [Outbox] to one connection: many signals are encoded into one buffer and
 * leave in one call.
 *
 * New signals are taken in between two writes, also in the middle of a large message, so that small
 * ones of other senders overtake its fragments.
 *
 * What others say to each other goes out in turns with it: see [LinkTunnels].
 *
 * @param tunnels of this connection, if there may be any
 * @param onDrop told of each signal that cannot be sent
 * @param onNotUnderstood told of each signal that the peer does not understand
 * @param onUnlinkWithoutAck told of each unlink to a peer that will not acknowledge it
 */
internal class SignalWriter(
  private val outbox: Outbox,
  private val flags: DistFlags,
  private val frames: OutgoingFrames,
  private val duplex: Duplex,
  private val traffic: Traffic,
  private val tunnels: LinkTunnels?,
  private val onDrop: (why: String) -> Unit,
  private val onNotUnderstood: (Control) -> Unit,
  private val onUnlinkWithoutAck: (Control.Unlink) -> Unit,
) {
  private val buffer = ByteBuffer.allocateDirect(BUFFER_BYTES)

  /** How many writes were made: a sign of life. Written by the writing coroutine only. */
  @Volatile
  var writes = 0L
    private set

  /** What of [OutgoingFrames.savedBytes] is counted. */
  private var saved = 0L

  /** Writes until the outbox ends; returns when everything of it is written. */
  suspend fun run() {
    while (true) {
      takeIn()
      when {
        !frames.isEmpty -> writeFrames()
        outbox.takeTick() -> write(FrameEncoder.tick())
        tunnels != null && tunnels.isDue -> {}
        outbox.ending -> return
        else -> outbox.await()
      }
      if (tunnels != null && tunnels.isDue) writeTunnels(tunnels)
    }
  }

  private fun takeIn() {
    repeat(SIGNALS_AT_ONCE) {
      val signal = outbox.poll() ?: return
      traffic.signals.add(1)
      if (!frames.add(signal)) {
        onDrop("the peer does not understand ${signal.javaClass.simpleName}")
        onNotUnderstood(signal)
      } else if (signal is Control.Unlink && !flags.has(DistFlags.UNLINK_ID)) {
        onUnlinkWithoutAck(signal)
      }
    }
  }

  /**
   * Writes one buffer full of frames, or what has been one before it was compressed: that takes
   * time, and others wait for their turn. A frame that is too large for the buffer goes along as it
   * is.
   */
  private suspend fun writeFrames() {
    buffer.clear()
    val saved = frames.savedBytes()
    var count = 0L
    while (true) {
      val full = buffer.position() + frames.savedBytes() - saved >= BUFFER_BYTES
      val frame = if (full) null else nextFrame()
      if (frame != null) count++
      if (frame == null || frame.remaining() > buffer.remaining()) {
        buffer.flip()
        if (frame == null) write(buffer) else write(buffer, frame)
        traffic.frames.add(count)
        yield() // a carrier is not for one connection
        return
      }
      buffer.put(frame)
    }
  }

  /** Writes so much of what others say that the signals of this connection wait but little. */
  private suspend fun writeTunnels(tunnels: LinkTunnels) {
    buffer.clear()
    tunnels.write(buffer, TUNNEL_BYTES)
    buffer.flip()
    val size = buffer.remaining().toLong()
    if (size == 0L) return
    duplex.write(buffer)
    writes++
    traffic.bytes.add(size)
    traffic.plainBytes.add(size)
    yield() // a carrier is not for one connection
  }

  private fun nextFrame(): ByteBuffer? {
    while (true) {
      try {
        return frames.next()
      } catch (tooLarge: IllegalStateException) {
        onDrop(tooLarge.toString())
      }
    }
  }

  private suspend fun write(vararg buffers: ByteBuffer) {
    val size = buffers.sumOf { it.remaining().toLong() }
    if (size > 0) { // else all that was taken has been dropped
      duplex.write(*buffers)
      writes++
      traffic.bytes.add(size)
    }
    val plain = size + frames.savedBytes() - saved
    saved = frames.savedBytes()
    traffic.plainBytes.add(plain)
    outbox.written(plain, all = frames.isEmpty)
  }

  private companion object {
    const val BUFFER_BYTES = 256 * 1024
    const val TUNNEL_BYTES = 64 * 1024
    const val SIGNALS_AT_ONCE = 256
  }
}
