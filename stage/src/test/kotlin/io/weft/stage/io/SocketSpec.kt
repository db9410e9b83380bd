package io.weft.stage.io

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.stage.graph.consumer
import io.weft.stage.graph.into
import io.weft.stage.graph.producer
import io.weft.stage.graph.supervisor
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.StandardSocketOptions
import java.nio.ByteBuffer
import java.nio.channels.ReadableByteChannel
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel
import java.nio.channels.WritableByteChannel
import java.util.concurrent.atomic.AtomicLong
import kotlinx.coroutines.CompletableDeferred

/** Lines from one line of stages to another, through a socket. */
class SocketSpec :
  FunSpec({
    val sending = Node.start(NodeOptions.local())
    val receiving = Node.start(NodeOptions.local())
    afterSpec {
      sending.close()
      receiving.close()
    }

    test("a slow consumer holds up who sends to it through a socket; nothing is lost or piles up") {
      listening().use { server ->
        val emitted = AtomicLong()
        val written = AtomicLong()
        val read = AtomicLong()
        val taken = AtomicLong()
        var mostAhead = 0L
        var mostInSocket = 0L
        val gate = CompletableDeferred<Unit>()

        val sender =
          producer<String>("numbers") {
            for (number in 0 until LINES) {
              emit("$number".padEnd(LINE_BYTES - 1))
              emitted.set(number + 1L)
            }
          } into
            writeLines("sender", Flush.WRITTEN) {
              val socket = SocketChannel.open(server.localAddress)
              socket.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER)
              Counting(socket, written)
            }
        val receiver =
          lines("receiver", LONGEST_LINE) { CountedBytes(server.accept(), read) } into
            consumer<String>("slow") { batch ->
              gate.await()
              mostAhead = maxOf(mostAhead, emitted.get() - taken.get())
              mostInSocket = maxOf(mostInSocket, written.get() - read.get())
              for (line in batch) check(line.trim().toLong() == taken.getAndIncrement())
            }

        val out = sending.start(sender.supervisor("out"))
        val back = receiving.start(receiver.supervisor("in"))
        // as far as it gets while nothing is taken: further than one window, and then no further
        while (emitted.get() < 2_000) Thread.onSpinWait()
        gate.complete(Unit)
        awaitEnd(sending, out)
        awaitEnd(receiving, back)
        taken.get() shouldBe LINES
        mostAhead shouldBeGreaterThan 1_000L
        mostAhead shouldBeLessThanOrEqual MOST_AHEAD
        mostInSocket shouldBeLessThanOrEqual MOST_IN_SOCKET
      }
    }

    test("who writes to a socket that nobody reads any more fails, and so does its line") {
      listening().use { server ->
        val sender =
          producer<String>("endless") { while (true) emit("x".repeat(LINE_BYTES)) } into
            writeLines("sender", Flush.WRITTEN) { SocketChannel.open(server.localAddress) }
        val out = sending.start(sender.supervisor("out"))
        repeat(2) { server.accept().close() } // a second life is tried
        awaitEnd(sending, out)
      }
    }
  })

private const val LINES = 60_000L
private const val LINE_BYTES = 1024
private const val SOCKET_BUFFER = 64 * 1024

/**
 * What the kernel may hold of a loopback socket with buffers of that size, and readers of stages.
 */
private const val MOST_IN_SOCKET = 8L * 1024 * 1024

/** The same in lines, and what stages on both sides ask for. */
private const val MOST_AHEAD = MOST_IN_SOCKET / LINE_BYTES + 4_000

private fun listening(): ServerSocketChannel =
  ServerSocketChannel.open()
    .setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER)
    .bind(InetSocketAddress(InetAddress.getLoopbackAddress(), 0))

private fun awaitEnd(node: Node, process: Address<*>) {
  while (node.isAlive(checkNotNull(process.pid()))) Thread.onSpinWait()
}

/** Counts what was written. */
private class Counting(private val inner: WritableByteChannel, private val count: AtomicLong) :
  WritableByteChannel by inner {
  override fun write(from: ByteBuffer): Int =
    inner.write(from).also { count.addAndGet(it.toLong()) }
}

/** Counts what was read. */
private class CountedBytes(private val inner: ReadableByteChannel, private val count: AtomicLong) :
  ReadableByteChannel by inner {
  override fun read(into: ByteBuffer): Int =
    inner.read(into).also { count.addAndGet(maxOf(0, it).toLong()) }
}
