package io.weft.dist.testing

import io.weft.dist.Established
import io.weft.dist.HandshakeDriver
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.FrameReader
import io.weft.dist.transport.Transport
import io.weft.node.Node
import io.weft.term.Atom
import io.weft.wire.control.Control
import io.weft.wire.frame.FrameDecoder
import io.weft.wire.frame.FrameEncoder
import io.weft.wire.frame.FrameLimits
import io.weft.wire.handshake.Cookie
import io.weft.wire.handshake.DistFlags
import io.weft.wire.handshake.Handshake
import io.weft.wire.handshake.LocalNode
import java.io.IOException
import java.nio.ByteBuffer
import kotlin.random.Random

/** A peer that speaks the protocol just as far as a test wants it to. */
class RawPeer private constructor(private val established: Established) : AutoCloseable {
  private val encoder = FrameEncoder(established.peer.flags())
  private val decoder = FrameDecoder(FrameLimits.DEFAULT)

  val duplex: Duplex
    get() = established.duplex

  /** Sends a well-formed signal. */
  suspend fun send(signal: Control) {
    val frames = checkNotNull(encoder.encode(signal))
    while (frames.hasNext()) duplex.write(frames.next())
  }

  /** Sends a frame with these bytes, whatever they are. */
  suspend fun sendFrame(vararg body: Int) {
    val frame = ByteBuffer.allocate(4 + body.size).putInt(body.size)
    body.forEach { frame.put(it.toByte()) }
    duplex.write(frame.flip())
  }

  /** Returns the size of the next frame, 0 for a tick; null at the end. */
  suspend fun nextFrameSize(): Int? = nextBody()?.remaining()

  /** Returns the next frame, without its length, in memory that is reused; null at the end. */
  suspend fun nextBody(): ByteBuffer? =
    try {
      established.frames.next(FrameReader.LONG_LENGTH, Int.MAX_VALUE)
    } catch (_: IOException) {
      null
    }

  /** Returns the next signal of the node; ticks are passed over. */
  suspend fun next(): Control {
    while (true) {
      val body =
        checkNotNull(established.frames.next(FrameReader.LONG_LENGTH, Int.MAX_VALUE)) {
          "the node has hung up"
        }
      decoder.receive(body)?.let {
        return it
      }
    }
  }

  override fun close() = duplex.close()

  companion object {
    /** Connects to [node] and shakes hands as the node called [name]. */
    suspend fun connect(
      name: String,
      node: Node,
      host: String,
      transport: Transport,
      flags: DistFlags = DistFlags.OFFERED_HIDDEN,
    ): RawPeer {
      val local = LocalNode.of(Atom.of(name), Random.nextInt() or 4, flags, Cookie.of(COOKIE))
      val duplex = transport.connect(host, node.dist.port())
      val frames = FrameReader(duplex)
      val machine = Handshake.initiate(local, node.name(), 6) { Random.nextInt() }
      val peer = HandshakeDriver(duplex, frames).initiate(machine, takeOver = { true }).peer
      return RawPeer(Established(duplex, frames, peer))
    }
  }
}
