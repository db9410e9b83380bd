package io.weft.dist.epmd

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.testing.ManualTime
import io.weft.dist.testing.MemoryNet
import io.weft.dist.testing.RecordingLog
import io.weft.dist.testing.at
import io.weft.dist.testing.awaited
import io.weft.dist.testing.withSeams
import io.weft.node.NodeStartException
import io.weft.runtime.LogLimiter
import io.weft.runtime.Seams
import io.weft.wire.epmd.NodeEntry
import java.nio.ByteBuffer
import java.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

class RegistrarSpec :
  FunSpec({
    class Host(realSeams: Seams) : AutoCloseable {
      val time = ManualTime()
      val seams = realSeams.at(time)
      val transport = MemoryNet().host("here")
      val log = RecordingLog()
      val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
      val client = EpmdClient(transport, seams.timers, "127.0.0.1", PORT)

      fun registrar(port: Int = PORT) = Registrar(transport, seams, LogLimiter(log, time), port)

      suspend fun registered(name: String, port: Int) =
        registrar().also { it.start(NodeEntry.of(name, port, false), scope) }

      suspend fun knows(name: String): Boolean = runCatching {
        client.lookup(name) != null
      }
        .getOrDefault(false)

      override fun close() = scope.cancel()
    }

    suspend fun onHost(use: suspend Host.() -> Unit) = withSeams { seams ->
      Host(seams).use { it.use() }
    }

    test("where nobody serves as EPMD, it serves itself") {
      onHost {
        val registrar = registered("a", 1)
        registrar.servesItself shouldBe true
        client.lookup("a")?.port shouldBe 1
        registrar.close()
        knows("a") shouldBe false
      }
    }

    test("where somebody serves, it registers there") {
      onHost {
        val present = EpmdServer.start(transport, seams, PORT)
        val registrar = registered("a", 1)
        registrar.servesItself shouldBe false
        knows("a") shouldBe true
        registrar.close()
        awaited { !knows("a") }
        present.close()
      }
    }

    test("port 0 is an EPMD of its own, wherever there is room") {
      onHost {
        val registrar = registrar(port = 0)
        registrar.start(NodeEntry.of("a", 1, false), scope)
        registrar.servesItself shouldBe true
        EpmdClient(transport, seams.timers, "127.0.0.1", registrar.epmdPort)
          .lookup("a")
          ?.port shouldBe 1
        registrar.close()
      }
    }

    test("when EPMD dies, one of those it served takes its place and the others find it there") {
      onHost {
        val first = registered("a", 1)
        val others = listOf(registered("b", 2), registered("c", 3))
        first.close()
        awaited { (knows("b") && knows("c")) || time.advanceToNext(RETRY) && false }
        others.count { it.servesItself } shouldBe 1
        others.forEach { it.close() }
      }
    }

    test("as long as it cannot register it tries again every two seconds, and says so") {
      onHost {
        val listener = transport.listen(null, PORT)
        val registrar = registrar()
        val start = scope.async { registrar.start(NodeEntry.of("a", 1, false), scope) }
        val epmd = listener.accept()
        epmd.write(ByteBuffer.wrap(byteArrayOf(118, 0, 0, 0, 0, 5)))
        start.await()
        epmd.close()
        repeat(3) {
          listener.accept().close()
          awaited { log.lines.count { line -> "is not registered" in line } == it + 1 }
          awaited { time.pending == 1 }
          time.advance(Duration.ofMillis(1999))
          time.pending shouldBe 1
          time.advance(Duration.ofMillis(1))
        }
        listener.close()
        awaited { knows("a") || time.advanceToNext(RETRY) && false }
        registrar.close()
      }
    }

    test("a name that another node holds on to is a failure to start, which says so") {
      onHost {
        val holder = registered("a", 1)
        coroutineScope {
          val second = async(Dispatchers.Default) { runCatching { registered("a", 2) } }
          awaited { second.isCompleted || time.advanceToNext(RETRY) && false }
          val failure = shouldThrow<NodeStartException> { second.await().getOrThrow() }
          failure.message shouldContain "a node called a is registered already"
        }
        client.lookup("a")?.port shouldBe 1
        holder.close()
      }
    }

    test("a name whose node ends while the next one starts is given to that") {
      onHost {
        val holder = registered("a", 1)
        val keeper = registered("other", 3)
        coroutineScope {
          val second = async(Dispatchers.Default) { registered("a", 2) }
          awaited { time.advanceToNext(RETRY) }
          holder.close()
          awaited { second.isCompleted || time.advanceToNext(RETRY) && false }
          second.await().close()
        }
        keeper.close()
      }
    }

    test("what is no EPMD at EPMD's port is a failure to start, which says so") {
      onHost {
        val stranger = transport.listen(null, PORT)
        coroutineScope {
          val start = async(Dispatchers.Default) { runCatching { registered("a", 1) } }
          val hangingUp = launch { while (true) stranger.accept().close() }
          awaited { start.isCompleted || time.advanceToNext(RETRY) && false }
          hangingUp.cancel()
          shouldThrow<NodeStartException> { start.await().getOrThrow() }.message shouldContain
            "could not be registered"
        }
      }
    }
  })

private const val PORT = 4369
private val RETRY: Duration = Duration.ofSeconds(2)
