package io.weft.dist.testing

import io.weft.dist.transport.Duplex
import io.weft.dist.transport.Listener
import io.weft.dist.transport.Transport
import java.io.IOException
import java.net.BindException
import java.net.ConnectException
import java.net.UnknownHostException
import java.nio.ByteBuffer
import java.nio.channels.ClosedChannelException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ClosedReceiveChannelException
import kotlinx.coroutines.channels.ClosedSendChannelException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/**
 * A network of hosts in memory. Each host has its own ports; a host is there once [host] was asked
 * for it.
 */
class MemoryNet {
  private val hosts = ConcurrentHashMap<String, MemoryHost>()

  /** The transport of a program on that host; all such transports share the host's ports. */
  fun host(name: String): Transport =
    hosts.computeIfAbsent(name) { MemoryHost(it) }.let(::MemoryTransport)

  private inner class MemoryHost(val name: String) {
    val listeners = ConcurrentHashMap<Int, MemoryListener>()
    val lastPort = AtomicInteger(FIRST_EPHEMERAL_PORT)

    fun resolve(other: String): MemoryHost =
      if (other == "127.0.0.1" || other == "localhost") this
      else hosts[other] ?: throw UnknownHostException(other)
  }

  private class MemoryTransport(private val here: MemoryHost) : Transport {
    private val opened = CopyOnWriteArrayList<AutoCloseable>()

    override suspend fun listen(host: String?, port: Int): Listener {
      val free = if (port == 0) here.lastPort.incrementAndGet() else port
      val listener = MemoryListener(free) { here.listeners.remove(free, it) }
      if (here.listeners.putIfAbsent(free, listener) != null)
        throw BindException("port $free is taken")
      return listener.also(opened::add)
    }

    override suspend fun connect(host: String, port: Int): Duplex {
      val there = here.resolve(host)
      val listener = there.listeners[port] ?: throw ConnectException("Connection refused")
      val forth = Channel<ByteArray>(PIPE_CHUNKS)
      val back = Channel<ByteArray>(PIPE_CHUNKS)
      val local = here === there
      val from = "${here.name}:${here.lastPort.incrementAndGet()}"
      if (listener.arrivals.trySend(MemoryDuplex(from, local, forth, back)).isFailure) {
        throw ConnectException("Connection refused")
      }
      return MemoryDuplex("${there.name}:$port", local, back, forth).also(opened::add)
    }

    override fun close() = opened.forEach { it.close() }
  }

  private class MemoryListener(
    override val port: Int,
    private val onClose: (MemoryListener) -> Unit,
  ) : Listener {
    val arrivals =
      Channel<MemoryDuplex>(Channel.UNLIMITED, onUndeliveredElement = MemoryDuplex::close)

    override suspend fun accept(): Duplex =
      try {
        arrivals.receive()
      } catch (_: ClosedReceiveChannelException) {
        throw ClosedChannelException()
      }

    override fun close() {
      onClose(this)
      arrivals.close()
      generateSequence { arrivals.tryReceive().getOrNull() }.forEach(MemoryDuplex::close)
    }
  }

  private class MemoryDuplex(
    override val remote: String,
    override val isFromThisHost: Boolean,
    private val input: Channel<ByteArray>,
    private val output: Channel<ByteArray>,
  ) : Duplex {
    private var leftOver: ByteBuffer = ByteBuffer.allocate(0)

    override suspend fun read(into: ByteBuffer): Int {
      require(into.hasRemaining()) { "no room to read into" }
      if (!leftOver.hasRemaining()) {
        val chunk = failingAsIo { input.receiveCatching() }
        leftOver =
          ByteBuffer.wrap(chunk.getOrNull() ?: return endOrFailure(chunk.exceptionOrNull()))
      }
      val count = minOf(into.remaining(), leftOver.remaining())
      into.put(into.position(), leftOver, leftOver.position(), count)
      into.position(into.position() + count)
      leftOver.position(leftOver.position() + count)
      return count
    }

    private suspend fun endOrFailure(failure: Throwable?): Int {
      if (failure == null) return -1
      currentCoroutineContext().ensureActive()
      throw IOException("connection closed", failure)
    }

    override suspend fun write(vararg buffers: ByteBuffer) {
      for (buffer in buffers) {
        while (buffer.hasRemaining()) {
          val chunk = ByteArray(minOf(buffer.remaining(), CHUNK_BYTES))
          buffer.get(chunk)
          failingAsIo { output.send(chunk) }
        }
      }
    }

    private suspend fun <T> failingAsIo(action: suspend () -> T): T =
      try {
        action()
      } catch (closed: ClosedSendChannelException) {
        throw IOException("connection closed", closed)
      } catch (cancelled: CancellationException) {
        currentCoroutineContext().ensureActive()
        throw IOException("connection closed by the other side", cancelled)
      }

    override suspend fun endOutput() {
      output.close()
    }

    override fun close() {
      output.close()
      input.cancel()
    }

    override fun toString() = "connection with $remote"
  }

  private companion object {
    const val FIRST_EPHEMERAL_PORT = 49152
    const val PIPE_CHUNKS = 64
    const val CHUNK_BYTES = 8 * 1024
  }
}
