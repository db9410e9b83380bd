package io.weft.dist.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.scopes.FunSpecContainerScope
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.weft.dist.testing.MemoryNet
import io.weft.dist.testing.TlsTransport
import io.weft.runtime.Poller
import io.weft.runtime.Scheduler
import io.weft.runtime.Seams
import java.io.IOException
import java.net.BindException
import java.net.ConnectException
import java.net.UnknownHostException
import java.nio.ByteBuffer
import java.nio.channels.ClosedChannelException
import kotlin.random.Random
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** What every transport must keep, asked of the real one and of the one in memory. */
class TransportSpec :
  FunSpec({
    val seams = Seams.system()
    afterSpec { seams.close() }
    context("TCP, waited for by carriers") { keepsTheContract { NioTransport(seams.scheduler) } }
    context("TCP, waited for by a thread") {
      keepsTheContract { NioTransport(Unattended(seams.scheduler)) }
    }
    context("TCP, waited for by Ktor") { keepsTheContract { KtorTransport() } }
    context("Unix sockets, waited for by carriers") {
      keepsTheContract { Nearby(NioTransport(seams.scheduler)) }
    }
    context("Unix sockets, waited for by Ktor") { keepsTheContract { Nearby(KtorTransport()) } }
    context("memory") { keepsTheContract { MemoryNet().host("here") } }
    context("TLS over TCP") { keepsTheContract { TlsTransport(KtorTransport()) } }
    context("TLS over memory") { keepsTheContract { TlsTransport(MemoryNet().host("here")) } }
  })

/** Has its threads look after no poller. */
private class Unattended(scheduler: Scheduler) : Scheduler by scheduler {
  override fun attach(poller: Poller) = false

  override fun detach(poller: Poller) = Unit
}

/** Is reached by the way within the machine only. */
private class Nearby(private val transport: Transport) : Transport by transport {
  override suspend fun listen(host: String?, port: Int): Listener {
    val listener = transport.listen(host, port)
    val nearby = checkNotNull(transport.listenNearby(listener)) { "no Unix sockets here" }
    return object : Listener by nearby {
      override fun close() {
        nearby.close()
        listener.close()
      }
    }
  }

  override suspend fun connect(host: String, port: Int): Duplex =
    transport.connectNearby(host, port) ?: throw ConnectException("nobody is nearby at $port")
}

private suspend fun FunSpecContainerScope.keepsTheContract(make: () -> Transport) {
  suspend fun connected(use: suspend (Duplex, Duplex) -> Unit) =
    make().use { transport ->
      transport.listen("127.0.0.1", 0).use { listener ->
        val (near, far) =
          coroutineScope {
            val accepted = async { listener.accept() }
            transport.connect("127.0.0.1", listener.port) to accepted.await()
          }
        near.use { far.use { use(near, far) } }
      }
    }

  test("bytes arrive in order, whatever the sizes of writes and reads") {
    connected { near, far ->
      val sent = Random(1).nextBytes(5_000_000)
      val received = ByteBuffer.allocate(sent.size)
      withContext(Dispatchers.Default) {
        launch {
          near.write(
            ByteBuffer.wrap(sent, 0, 3),
            ByteBuffer.wrap(sent, 3, 0),
            ByteBuffer.wrap(sent, 3, sent.size - 3),
          )
        }
        val part = ByteBuffer.allocate(7777)
        while (received.hasRemaining()) {
          far.read(part.clear().limit(minOf(part.capacity(), received.remaining())))
          received.put(part.flip())
        }
      }
      received.array() shouldBe sent
    }
  }

  test("both sides write at once without waiting for each other's end") {
    connected { near, far ->
      val size = 2_000_000
      suspend fun Duplex.drain() {
        val part = ByteBuffer.allocate(65536)
        var count = 0
        while (count < size) count += read(part.clear())
        count shouldBe size
      }
      coroutineScope {
        for (side in listOf(near, far)) {
          launch(Dispatchers.Default) { side.write(ByteBuffer.allocate(size)) }
          launch(Dispatchers.Default) { side.drain() }
        }
      }
    }
  }

  test("the end of output is read as the end, and the other direction goes on") {
    connected { near, far ->
      near.write(ByteBuffer.wrap(byteArrayOf(1)))
      near.endOutput()
      val room = ByteBuffer.allocate(10)
      far.read(room) shouldBe 1
      far.read(room) shouldBe -1
      far.write(ByteBuffer.wrap(byteArrayOf(2)))
      near.read(room) shouldBe 1
    }
  }

  test("close ends a read that waits, and every later one") {
    connected { near, _ ->
      coroutineScope {
        val waiting =
          async(start = CoroutineStart.UNDISPATCHED) {
            runCatching { near.read(ByteBuffer.allocate(1)) }
          }
        near.close()
        (waiting.await().exceptionOrNull() is IOException) shouldBe true
      }
      shouldThrow<IOException> { near.read(ByteBuffer.allocate(1)) }
      near.close()
    }
  }

  test("a cancelled read takes nothing, and the next one reads on") {
    connected { near, far ->
      coroutineScope {
        val waiting =
          launch(start = CoroutineStart.UNDISPATCHED) { near.read(ByteBuffer.allocate(1)) }
        waiting.cancelAndJoin()
      }
      far.write(ByteBuffer.wrap(byteArrayOf(42)))
      val room = ByteBuffer.allocate(1)
      near.read(room) shouldBe 1
      room.get(0) shouldBe 42
    }
  }

  test("a write to one who has gone fails in the end") {
    connected { near, far ->
      far.close()
      shouldThrow<IOException> { repeat(10_000) { near.write(ByteBuffer.allocate(65536)) } }
    }
  }

  test("a port that nobody listens on refuses") {
    make().use { transport ->
      val port = transport.listen("127.0.0.1", 0).use { it.port }
      shouldThrow<ConnectException> { transport.connect("127.0.0.1", port) }
    }
  }

  test("a host without an address is unknown") {
    make().use { transport ->
      shouldThrow<UnknownHostException> { transport.connect("no-such-host.invalid", 1) }
    }
  }

  test("a port is listened on by one at a time") {
    make().use { transport ->
      val first = transport.listen("127.0.0.1", 0)
      shouldThrow<BindException> { transport.listen("127.0.0.1", first.port) }
      first.close()
      transport.listen("127.0.0.1", first.port).use { it.port shouldBe first.port }
    }
  }

  test("close ends an accept that waits") {
    make().use { transport ->
      val listener = transport.listen("127.0.0.1", 0)
      coroutineScope {
        val waiting =
          async(start = CoroutineStart.UNDISPATCHED) { runCatching { listener.accept() } }
        listener.close()
        (waiting.await().exceptionOrNull() is ClosedChannelException) shouldBe true
      }
    }
  }

  test("both sides know that they are on one machine") {
    connected { near, far ->
      near.isFromThisHost shouldBe true
      far.isFromThisHost shouldBe true
      near.remote shouldNotBe far.remote
    }
  }
}
