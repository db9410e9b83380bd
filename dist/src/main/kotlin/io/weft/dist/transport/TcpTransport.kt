package io.weft.dist.transport

import java.io.IOException
import java.net.BindException
import java.net.ConnectException
import java.net.Inet4Address
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.net.StandardSocketOptions
import java.nio.ByteBuffer
import java.nio.channels.SelectableChannel
import java.nio.channels.SelectionKey
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel
import java.nio.channels.spi.SelectorProvider
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel

/**
 * The real network: TCP, without a copy between the caller's buffer and the socket, and many
 * messages in one call. How one waits for a socket is left open; coroutines go on where their own
 * dispatcher says.
 */
public abstract class TcpTransport internal constructor(private val provider: SelectorProvider) :
  Transport {
  private val opened: MutableSet<AutoCloseable> = ConcurrentHashMap.newKeySet()
  private val resolving = CoroutineScope(SupervisorJob() + Dispatchers.IO)

  /** Returns how to wait for a channel that does not block; [onClose] is to be told of its end. */
  internal abstract fun readiness(
    channel: SelectableChannel,
    onClose: (Readiness) -> Unit,
  ): Readiness

  override suspend fun listen(host: String?, port: Int): Listener {
    val address =
      if (host == null) InetSocketAddress(port) else InetSocketAddress(resolve(host).first(), port)
    val channel = provider.openServerSocketChannel()
    try {
      channel.configureBlocking(false)
      channel.bind(address, BACKLOG)
      return TcpListener(channel, readiness(channel))
    } catch (refused: IOException) {
      channel.close()
      throw refused.aboutPort(port)
    }
  }

  override suspend fun connect(host: String, port: Int): Duplex {
    var failure: IOException? = null
    for (address in resolve(host)) {
      try {
        return connect(InetSocketAddress(address, port))
      } catch (refused: IOException) {
        failure?.addSuppressed(refused) ?: run { failure = refused }
      }
    }
    throw failure ?: ConnectException("$host has no address")
  }

  private suspend fun connect(address: SocketAddress): Duplex {
    val channel = provider.openSocketChannel()
    channel.configureBlocking(false)
    val readiness = readiness(channel)
    try {
      if (!channel.connect(address)) {
        do readiness.await(SelectionKey.OP_CONNECT) while (!channel.finishConnect())
      }
      channel.refuseItself()
      return TcpDuplex(channel, readiness)
    } catch (failure: Throwable) {
      readiness.close()
      throw failure
    }
  }

  /**
   * Looks a name up off the caller's thread, which it would block. IPv4 comes first: OTP listens on
   * nothing else.
   */
  private suspend fun resolve(host: String): List<InetAddress> =
    resolving.async { InetAddress.getAllByName(host).sortedBy { it !is Inet4Address } }.await()

  private fun readiness(channel: SelectableChannel): Readiness =
    readiness(channel, opened::remove).also(opened::add)

  override fun close() {
    resolving.cancel()
    opened.forEach { it.close() }
  }

  private inner class TcpListener(
    private val channel: ServerSocketChannel,
    private val readiness: Readiness,
  ) : Listener {
    override val port: Int = (channel.localAddress as InetSocketAddress).port

    override suspend fun accept(): Duplex {
      var accepted = channel.accept()
      while (accepted == null) {
        readiness.await(SelectionKey.OP_ACCEPT)
        accepted = channel.accept()
      }
      accepted.configureBlocking(false)
      val accepting = readiness(accepted)
      try {
        return TcpDuplex(accepted, accepting)
      } catch (failure: IOException) {
        accepting.close()
        throw failure
      }
    }

    override fun close() = readiness.close()
  }

  private companion object {
    const val BACKLOG = 511
  }
}

private fun IOException.aboutPort(port: Int): IOException =
  if (this is BindException)
    BindException("port $port cannot be listened on: $message").also { it.initCause(this) }
  else this

/**
 * TCP connects a port of the ephemeral range to itself if nobody listens on it and it was picked as
 * the local one too.
 */
private fun SocketChannel.refuseItself() {
  if (localAddress == remoteAddress) throw ConnectException("Connection refused")
}

private class TcpDuplex(private val channel: SocketChannel, private val readiness: Readiness) :
  Duplex {
  override val remote: String
  override val isFromThisHost: Boolean

  /** Whether the last read took all there was: the next would find nothing most of the time. */
  private var drained = false

  init {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true)
    val there = channel.remoteAddress as InetSocketAddress
    val here = channel.localAddress as InetSocketAddress
    remote = there.inDigits()
    isFromThisHost = there.address.isLoopbackAddress || there.address == here.address
  }

  override suspend fun read(into: ByteBuffer): Int {
    require(into.hasRemaining()) { "no room to read into" }
    while (true) {
      if (drained) readiness.await(SelectionKey.OP_READ)
      val count = channel.read(into)
      drained = count >= 0 && into.hasRemaining()
      if (count != 0) return count
    }
  }

  override suspend fun write(vararg buffers: ByteBuffer) {
    var first = 0
    while (true) {
      while (first < buffers.size && !buffers[first].hasRemaining()) first++
      if (first == buffers.size) return
      if (writeSome(buffers, first) == 0L) readiness.await(SelectionKey.OP_WRITE)
    }
  }

  /**
   * Makes one system call, for as many whole buffers as fit in it, or for the beginning of one that
   * does not.
   */
  private fun writeSome(buffers: Array<out ByteBuffer>, first: Int): Long {
    var count = 0
    var bytes = 0L
    while (
      first + count < buffers.size &&
        bytes + buffers[first + count].remaining() <= MAX_BYTES_PER_CALL
    ) {
      bytes += buffers[first + count++].remaining()
    }
    return when (count) {
      0 -> writeBeginning(buffers[first])
      1 -> channel.write(buffers[first]).toLong()
      else -> channel.write(buffers, first, count)
    }
  }

  private fun writeBeginning(buffer: ByteBuffer): Long {
    val end = buffer.limit()
    buffer.limit(buffer.position() + MAX_BYTES_PER_CALL)
    try {
      return channel.write(buffer).toLong()
    } finally {
      buffer.limit(end)
    }
  }

  override suspend fun endOutput() {
    channel.shutdownOutput()
  }

  override fun close() = readiness.close()

  override fun toString() = "connection with $remote"

  private companion object {
    /**
     * The JDK copies what a call is given before the kernel takes, as a rule, a small part of it.
     */
    const val MAX_BYTES_PER_CALL = 512 * 1024
  }
}

private fun InetSocketAddress.inDigits(): String {
  val digits = address.hostAddress
  return if (':' in digits) "[$digits]:$port" else "$digits:$port"
}
