package io.weft.dist.tls

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.weft.dist.distOptions
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.KtorTransport
import io.weft.dist.transport.Transport
import io.weft.node.Node
import io.weft.term.IntTerm
import java.io.IOException
import java.nio.ByteBuffer
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLEngine
import kotlin.random.Random

/** What strangers can do to a node that speaks TLS: nothing but take a place for seconds. */
class HostileTlsSpec :
  FunSpec({
    class Scene : AutoCloseable {
      val world = TcpWorld()
      val transport: Transport = KtorTransport()
      private val open = distOptions { tls(TlsOptions.builder().build()) }
      val node: Node = world.start("node", open)
      private val there = TermActor.start(node, "there")
      private val healthy = world.start("healthy", open)
      private val here = TermActor.start(healthy)

      suspend fun connect(): Duplex = transport.connect("127.0.0.1", node.dist.port())

      /** A healthy peer gets through now. */
      fun serves(number: Long) {
        here.send("there", node.name().name(), IntTerm(number))
        there.next() shouldBe IntTerm(number)
      }

      suspend fun servesNewcomers() {
        healthy.dist.disconnect(node.name())
        awaited { node.dist.peers().isEmpty() }
        serves(2)
      }

      fun failures() = world.log.lines.filter { it.startsWith("ERROR") }

      override fun close() {
        transport.close()
        world.close()
      }
    }

    /** The records with which a client of the JDK begins. */
    fun hello(): ByteBuffer =
      clientEngine().let { engine ->
        val record = ByteBuffer.allocate(engine.session.packetBufferSize)
        engine.beginHandshake()
        engine.wrap(ByteBuffer.allocate(0), record)
        record.flip()
      }

    suspend fun Duplex.untilEnd() {
      try {
        val room = ByteBuffer.allocate(4096)
        while (read(room.clear()) >= 0) {
          // alerts
        }
      } catch (_: IOException) {
        // reset
      }
    }

    test("garbage ends the one connection it came on") {
      Scene().use { scene ->
        scene.serves(1)
        val random = Random(68)
        repeat(200) {
          scene.connect().use { stranger ->
            stranger.write(ByteBuffer.wrap(random.nextBytes(random.nextInt(1, 2000))))
            stranger.endOutput()
            stranger.untilEnd()
          }
        }
        scene.servesNewcomers()
        scene.failures().shouldBeEmpty()
      }
    }

    test("a greeting with any bytes changed, or cut off anywhere, does no harm") {
      Scene().use { scene ->
        val greeting = hello().let { ByteArray(it.remaining()).apply { it.get(this) } }
        val random = Random(6)
        repeat(150) { round ->
          val bytes =
            greeting.copyOf(if (round % 2 == 0) greeting.size else random.nextInt(1, greeting.size))
          if (round % 2 == 0)
            repeat(3) { bytes[random.nextInt(bytes.size)] = random.nextInt().toByte() }
          scene.connect().use { stranger ->
            stranger.write(ByteBuffer.wrap(bytes))
            stranger.endOutput()
            stranger.untilEnd()
          }
        }
        scene.servesNewcomers()
        scene.failures().shouldBeEmpty()
      }
    }

    test("strangers who greet and fall silent hold up nobody, however many they are") {
      Scene().use { scene ->
        val strangers = List(400) { scene.connect() }
        strangers.forEachIndexed { index, stranger ->
          try {
            when (index % 3) {
              0 -> stranger.write(hello())
              1 -> stranger.write(hello().limit(20))
              else -> {}
            }
          } catch (_: IOException) {
            // it was the eldest, and has been ended
          }
        }
        scene.servesNewcomers()
        strangers.forEach { it.close() }
      }
    }

    test("one who changes bytes on the way ends the connection, told as such") {
      TcpWorld().use { world ->
        val open = distOptions { tls(TlsOptions.builder().build()) }
        val node = world.start("node", open)
        val security = TlsTestPeer()
        val transport = KtorTransport()
        transport.use {
          val raw = transport.connect("127.0.0.1", node.dist.port())
          val link = security.secure(raw)
          raw.write(ByteBuffer.wrap(byteArrayOf(23, 3, 3, 0, 40) + ByteArray(40) { 7 }))
          link.untilEnd()
          awaited { world.log.lines.any { "closed the connection of 127.0.0.1" in it } }
        }
      }
    }
  })

private fun clientEngine(): SSLEngine =
  SSLContext.getInstance("TLS")
    .apply { init(null, arrayOf(TlsTrust.anyone().load()), null) }
    .createSSLEngine("127.0.0.1", 1)
    .apply { useClientMode = true }

/** A stranger who does speak TLS. */
private class TlsTestPeer {
  private val seams = io.weft.runtime.Seams.system()

  suspend fun secure(raw: Duplex): Duplex =
    TlsDuplex(raw, clientEngine(), seams).apply { handshake() }
}
