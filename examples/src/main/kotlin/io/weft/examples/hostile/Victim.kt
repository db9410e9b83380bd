package io.weft.examples.hostile

import io.weft.term.Atom
import io.weft.wire.handshake.Cookie
import java.io.IOException
import java.net.InetSocketAddress
import java.net.Socket
import java.net.SocketTimeoutException
import java.nio.ByteBuffer

/** The node that is attacked: where it is, and what is known of it. */
internal class Victim(
  val name: Atom,
  val host: String,
  val port: Int,
  val epmdPort: Int?,
  /** Null for an attacker that does not know it. */
  val cookie: Cookie?,
) {
  /** Connects to the node, and says nothing yet. */
  fun open(to: Int = port): Wire =
    Wire(Socket().apply { connect(InetSocketAddress(host, to), PATIENCE) })

  private companion object {
    const val PATIENCE = 5_000
  }
}

/** A bare connection: bytes there, and whatever comes back. Blocks. */
internal class Wire(private val socket: Socket) : AutoCloseable {
  /** Sends; false if the other side has hung up. */
  fun send(bytes: ByteArray): Boolean =
    try {
      socket.getOutputStream().write(bytes)
      true
    } catch (_: IOException) {
      false
    }

  fun send(buffer: ByteBuffer): Boolean = send(ByteArray(buffer.remaining()).also(buffer::get))

  /** Sends a frame with a length of [lengthBytes] in front. */
  fun sendFrame(body: ByteBuffer, lengthBytes: Int): Boolean {
    val frame = ByteBuffer.allocate(lengthBytes + body.remaining())
    if (lengthBytes == 2) frame.putShort(body.remaining().toShort())
    else frame.putInt(body.remaining())
    return send(frame.put(body).flip())
  }

  /** Returns the next frame, or null if the other side hangs up or says nothing for so long. */
  fun frame(lengthBytes: Int, withinMillis: Int = 5_000): ByteBuffer? =
    try {
      socket.soTimeout = withinMillis
      val input = socket.getInputStream()
      val length = ByteBuffer.wrap(input.readNBytes(lengthBytes))
      if (length.remaining() < lengthBytes) null
      else {
        val size = if (lengthBytes == 2) length.getShort().toInt() and 0xffff else length.getInt()
        input.readNBytes(size).takeIf { it.size == size }?.let(ByteBuffer::wrap)
      }
    } catch (_: IOException) {
      null
    }

  /** Waits until the other side hangs up, reading all it says; false if it does not. */
  fun awaitHangup(withinMillis: Long): Boolean {
    val deadline = System.nanoTime() + withinMillis * 1_000_000
    val sink = ByteArray(64 * 1024)
    try {
      while (true) {
        val left = (deadline - System.nanoTime()) / 1_000_000
        if (left <= 0) return false
        socket.soTimeout = left.toInt().coerceAtLeast(1)
        if (socket.getInputStream().read(sink) < 0) return true
      }
    } catch (_: SocketTimeoutException) {
      return false
    } catch (_: IOException) {
      return true
    }
  }

  /** Returns all that comes until the other side hangs up. */
  fun everything(): ByteArray =
    try {
      socket.soTimeout = 5_000
      socket.getInputStream().readAllBytes()
    } catch (_: IOException) {
      ByteArray(0)
    }

  override fun close(): Unit = socket.close()
}
