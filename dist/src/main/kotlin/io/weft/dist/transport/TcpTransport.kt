package io.weft.dist.transport

import java.io.IOException
import java.net.BindException
import java.net.ConnectException
import java.net.Inet4Address
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.NetworkInterface
import java.net.SocketAddress
import java.net.StandardProtocolFamily
import java.net.StandardSocketOptions
import java.net.UnixDomainSocketAddress
import java.nio.channels.SelectableChannel
import java.nio.channels.SelectionKey
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel
import java.nio.channels.spi.SelectorProvider
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel

/**
 * The real network: TCP, and Unix sockets between the processes of one user on one machine; without
 * a copy between the caller's buffer and the socket, and many messages in one call. How one waits
 * for a socket is left open; coroutines go on where their own dispatcher says.
 */
public abstract class TcpTransport
internal constructor(
  private val provider: SelectorProvider,
  private val nearby: NearbySockets,
) : Transport {
  private val opened: MutableSet<AutoCloseable> = ConcurrentHashMap.newKeySet()
  private val blocking = CoroutineScope(SupervisorJob() + Dispatchers.IO)

  /** Returns how to wait for a channel that does not block; [onClose] is to be told of its end. */
  internal abstract fun readiness(
    channel: SelectableChannel,
    onClose: (Readiness) -> Unit,
  ): Readiness

  override suspend fun listen(host: String?, port: Int): Listener {
    val address =
      if (host == null) InetSocketAddress(port) else InetSocketAddress(resolve(host).first(), port)
    val channel = provider.openServerSocketChannel()
    return bound(channel) {
      try {
        channel.bind(address, BACKLOG)
      } catch (refused: IOException) {
        throw refused.aboutPort(port)
      }
      SocketListener(channel, readiness(channel), channel.localAddress as InetSocketAddress, ::met)
    }
  }

  override suspend fun listenNearby(beside: Listener): Listener? {
    val address = (beside as? SocketListener)?.address ?: return null
    return aside { nearby.pathOf(address)?.let { listenAt(it, address) } }
  }

  private fun listenAt(path: Path, standsFor: InetSocketAddress): Listener? {
    val channel = provider.openServerSocketChannel(StandardProtocolFamily.UNIX)
    try {
      return bound(channel) {
        nearby.put(path) { channel.bind(it, BACKLOG) }
        SocketListener(channel, readiness(channel), standsFor, ::met) { nearby.remove(path) }
      }
    } catch (_: IOException) { // as where the path is too long for a socket
      return null
    }
  }

  private inline fun bound(channel: ServerSocketChannel, bind: () -> Listener): Listener {
    try {
      channel.configureBlocking(false)
      return bind()
    } catch (failure: IOException) {
      channel.close()
      throw failure
    }
  }

  override suspend fun connect(host: String, port: Int): Duplex {
    var failure: IOException? = null
    for (address in resolve(host)) {
      try {
        return connect(provider.openSocketChannel(), InetSocketAddress(address, port))
      } catch (refused: IOException) {
        failure?.addSuppressed(refused) ?: run { failure = refused }
      }
    }
    throw failure ?: ConnectException("$host has no address")
  }

  override suspend fun connectNearby(host: String, port: Int): Duplex? {
    for (path in aside { pathsTo(host, port) }) {
      try {
        val channel = provider.openSocketChannel(StandardProtocolFamily.UNIX)
        return connect(channel, UnixDomainSocketAddress.of(path))
      } catch (_: IOException) {
        // left behind by somebody who was killed
      }
    }
    return null
  }

  /** The sockets of who listens on [port] of this machine, if [host] is one of its addresses. */
  private fun pathsTo(host: String, port: Int): List<Path> =
    addressesOf(host)
      .filter { it.isLoopbackAddress || NetworkInterface.getByInetAddress(it) != null }
      .flatMap { listOf(InetSocketAddress(it, port), InetSocketAddress(port)) }
      .mapNotNull(nearby::pathOf)
      .filter { Files.exists(it) }

  private suspend fun connect(channel: SocketChannel, address: SocketAddress): Duplex {
    channel.configureBlocking(false)
    val readiness = readiness(channel)
    try {
      if (!channel.connect(address)) {
        do readiness.await(SelectionKey.OP_CONNECT) while (!channel.finishConnect())
      }
      channel.refuseItself()
      return duplex(channel, readiness)
    } catch (failure: Throwable) {
      readiness.close()
      throw failure
    }
  }

  private fun met(accepted: SocketChannel): Duplex {
    val readiness = readiness(accepted)
    try {
      return duplex(accepted, readiness)
    } catch (failure: IOException) {
      readiness.close()
      throw failure
    }
  }

  private fun duplex(channel: SocketChannel, readiness: Readiness): Duplex {
    val here = channel.localAddress
    val there = channel.remoteAddress
    if (here !is InetSocketAddress || there !is InetSocketAddress)
      return SocketDuplex(channel, readiness, "Unix socket $here$there", isFromThisHost = true)
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true)
    val isFromThisHost = there.address.isLoopbackAddress || there.address == here.address
    return SocketDuplex(channel, readiness, there.inDigits(), isFromThisHost)
  }

  private suspend fun resolve(host: String): List<InetAddress> = aside { addressesOf(host) }

  /** Runs [action] off the caller's thread, which it would block. */
  private suspend fun <T> aside(action: () -> T): T = blocking.async { action() }.await()

  private fun readiness(channel: SelectableChannel): Readiness =
    readiness(channel, opened::remove).also(opened::add)

  override fun close() {
    blocking.cancel()
    opened.forEach { it.close() }
  }

  private companion object {
    const val BACKLOG = 511
  }
}

/** IPv4 comes first: OTP listens on nothing else. */
private fun addressesOf(host: String): List<InetAddress> =
  InetAddress.getAllByName(host).sortedBy { it !is Inet4Address }

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

private fun InetSocketAddress.inDigits(): String {
  val digits = address.hostAddress
  return if (':' in digits) "[$digits]:$port" else "$digits:$port"
}
