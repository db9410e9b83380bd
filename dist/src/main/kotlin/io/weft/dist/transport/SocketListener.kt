package io.weft.dist.transport

import java.io.IOException
import java.net.InetSocketAddress
import java.nio.channels.SelectionKey
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel

/**
 * A socket that is listened on.
 *
 * @param address the TCP address that it has, or stands for
 * @param met takes an accepted channel that does not block
 */
internal class SocketListener(
  private val channel: ServerSocketChannel,
  private val readiness: Readiness,
  val address: InetSocketAddress,
  private val met: (SocketChannel) -> Duplex,
  private val onClose: () -> Unit = {},
) : Listener {
  override val port: Int
    get() = address.port

  override suspend fun accept(): Duplex {
    var accepted = channel.accept()
    while (accepted == null) {
      readiness.await(SelectionKey.OP_ACCEPT)
      accepted = channel.accept()
    }
    try {
      accepted.configureBlocking(false)
      return met(accepted)
    } catch (failure: IOException) {
      accepted.close()
      throw failure
    }
  }

  override fun close() {
    readiness.close()
    onClose()
  }
}
