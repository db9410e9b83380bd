package io.weft.dist.epmd

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.scopes.FunSpecContainerScope
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.weft.dist.testing.ManualTime
import io.weft.dist.testing.MemoryNet
import io.weft.dist.testing.at
import io.weft.dist.testing.awaited
import io.weft.dist.testing.withSeams
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.KtorTransport
import io.weft.dist.transport.Transport
import io.weft.term.Binary
import io.weft.wire.epmd.EpmdAnswer
import io.weft.wire.epmd.EpmdCodec
import io.weft.wire.epmd.EpmdRequest
import io.weft.wire.epmd.NodeEntry
import java.io.IOException
import java.net.BindException
import java.nio.ByteBuffer
import java.time.Duration
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope

class EpmdServerSpec :
  FunSpec({
    context("over TCP") { servesAsEpmdDoes(::KtorTransport) }
    context("in memory") { servesAsEpmdDoes { MemoryNet().host("here") } }

    test("only programs of its own host may register, all may ask") {
      val net = MemoryNet()
      withSeams { seams ->
        EpmdServer.start(net.host("here"), seams, 4369).use {
          val near = EpmdClient(net.host("here"), seams.timers, "here", 4369)
          val far = EpmdClient(net.host("there"), seams.timers, "here", 4369)
          near.register(NodeEntry.of("ours", 4001, false))
          shouldThrow<IOException> { far.register(NodeEntry.of("theirs", 4002, false)) }
          far.names().map { it.name } shouldContainExactly listOf("ours")
        }
      }
    }

    test("a client that says nothing for a minute is sent away") {
      val net = MemoryNet()
      val time = ManualTime()
      withSeams { seams ->
        EpmdServer.start(net.host("here"), seams.at(time), 4369).use {
          net.host("here").connect("here", 4369).use { client ->
            awaited { time.pending == 1 }
            time.advance(Duration.ofSeconds(60))
            client.read(ByteBuffer.allocate(1)) shouldBe -1
          }
        }
      }
    }
  })

private suspend fun FunSpecContainerScope.servesAsEpmdDoes(newTransport: () -> Transport) {
  suspend fun served(use: suspend (EpmdServer, EpmdClient, Transport) -> Unit) =
    withSeams { seams ->
      newTransport().use { transport ->
        EpmdServer.start(transport, seams, 0).use { server ->
          use(server, EpmdClient(transport, seams.timers, "127.0.0.1", server.port), transport)
        }
      }
    }

  test("a registered node is found with all that it told") {
    served { _, client, _ ->
      val entry = NodeEntry("ünï", 4001, true, 0, 6, 5, Binary.of(1, 2, 3))
      client.register(entry)
      client.lookup("ünï") shouldBe entry
    }
  }

  test("a name that nobody has is not found") {
    served { _, client, _ -> client.lookup("nobody").shouldBeNull() }
  }

  test("names come in the order of registration, with their ports") {
    served { server, client, _ ->
      client.names().shouldBeEmpty()
      client.register(NodeEntry.of("b", 4002, false))
      client.register(NodeEntry.of("a", 4001, true))
      client.names().map { it.name to it.port } shouldContainExactly
        listOf("b" to 4002, "a" to 4001)
      server.port shouldNotBe 0
    }
  }

  test("a taken name is refused, and the connection stays open for another try") {
    served { _, client, transport ->
      client.register(NodeEntry.of("taken", 4001, false))
      shouldThrow<NameTakenException> { client.register(NodeEntry.of("taken", 4002, false)) }
      client.lookup("taken")?.port shouldBe 4001

      transport.connect("127.0.0.1", client.port).use { raw ->
        raw.ask(EpmdRequest.Register(NodeEntry.of("taken", 4003, false))).ok() shouldBe false
        raw.ask(EpmdRequest.Register(NodeEntry.of("free", 4003, false))).ok() shouldBe true
      }
    }
  }

  test("a registration ends with its connection, and each gets another creation") {
    served { _, client, _ ->
      val first = client.register(NodeEntry.of("n", 4001, false))
      first.close()
      awaited { client.lookup("n") == null }
      val second = client.register(NodeEntry.of("n", 4001, false))
      second.creation shouldNotBe first.creation
    }
  }

  test("nonsense ends its own connection only") {
    served { _, client, transport ->
      val registration = client.register(NodeEntry.of("n", 4001, false))
      for (nonsense in
        listOf("00 01 ff", "ff ff", "00 00", "00 05 78 0f a1 4d 00", "47 45 54 20 2f")) {
        transport.connect("127.0.0.1", client.port).use { raw ->
          raw.write(
            ByteBuffer.wrap(nonsense.split(' ').map { it.toInt(16).toByte() }.toByteArray())
          )
          raw.endOutput()
          raw.drained() shouldBe 0
        }
      }
      client.lookup("n")?.port shouldBe 4001
      registration.close()
    }
  }

  test("many clients are served at once, beside many who say nothing") {
    served { _, client, transport ->
      val silent = List(300) { transport.connect("127.0.0.1", client.port) }
      coroutineScope {
        List(100) { number ->
            async { client.register(NodeEntry.of("n$number", 4000 + number, false)) }
          }
          .awaitAll()
      }
      client.names() shouldHaveSize 100
      silent.forEach(Duplex::close)
    }
  }

  test("a port that is taken is refused") {
    served { server, _, transport ->
      withSeams { seams ->
        shouldThrow<BindException> { EpmdServer.start(transport, seams, server.port) }
      }
    }
  }
}

private suspend fun Duplex.ask(request: EpmdRequest.Register): EpmdAnswer.Registered {
  write(EpmdCodec.encode(request))
  val answer = ByteBuffer.allocate(64)
  while (true) {
    check(read(answer) > 0) { "closed" }
    EpmdCodec.decodeRegistered(answer.duplicate().flip())?.let {
      return it
    }
  }
}

/** Returns how many bytes come until the end, or until the connection breaks. */
private suspend fun Duplex.drained(): Int {
  val room = ByteBuffer.allocate(1024)
  return try {
    while (read(room) >= 0) {
      /* on */
    }
    room.position()
  } catch (_: IOException) {
    room.position()
  }
}
