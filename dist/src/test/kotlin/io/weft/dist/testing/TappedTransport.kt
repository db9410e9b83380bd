package io.weft.dist.testing

import io.weft.dist.transport.Duplex
import io.weft.dist.transport.Listener
import io.weft.dist.transport.Transport
import java.nio.ByteBuffer

/** What a test sees, and holds up, of the bytes of one node. */
interface Tap {
  /** Before each read of a connection. */
  suspend fun beforeRead() {}

  /** Has gone out. */
  fun wrote(bytes: ByteArray) {}
}

/** A transport with somebody at its wires. */
class TappedTransport(private val below: Transport, private val tap: Tap) : Transport by below {
  override suspend fun listen(host: String?, port: Int): Listener {
    val listener = below.listen(host, port)
    return object : Listener by listener {
      override suspend fun accept(): Duplex = Tapped(listener.accept())
    }
  }

  override suspend fun connect(host: String, port: Int): Duplex = Tapped(below.connect(host, port))

  override suspend fun listenNearby(beside: Listener): Listener? = null

  override suspend fun connectNearby(host: String, port: Int): Duplex? = null

  private inner class Tapped(private val below: Duplex) : Duplex by below {
    override suspend fun read(into: ByteBuffer): Int {
      tap.beforeRead()
      return below.read(into)
    }

    override suspend fun write(vararg buffers: ByteBuffer) {
      buffers.forEach { buffer ->
        val bytes = ByteArray(buffer.remaining())
        buffer.get(buffer.position(), bytes)
        tap.wrote(bytes)
      }
      below.write(*buffers)
    }
  }
}
