package io.weft.dist.transport

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.ManualTime
import io.weft.dist.testing.MemoryNet
import io.weft.dist.testing.RecordingLog
import io.weft.dist.testing.awaited
import io.weft.runtime.LogLimiter
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.ClosedChannelException
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel

class ReceptionSpec :
  FunSpec({
    class House(limit: Int) : AutoCloseable {
      val time = ManualTime()
      val log = RecordingLog()
      val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
      val reception = Reception(scope, time, limit, LogLimiter(log, time))
      val guests = CopyOnWriteArrayList<Reception.Guest>()

      override fun close() = scope.cancel()
    }

    suspend fun Transport.visit(house: House): Duplex {
      val before = house.guests.size
      return connect("here", 1).also { awaited { house.guests.size == before + 1 } }
    }

    test("a guest who is served for ever holds up nobody") {
      val transport = MemoryNet().host("here")
      House(limit = 10).use { house ->
        house.reception.open(transport.listen(null, 1)) {
          house.guests.add(it)
          awaitCancellation()
        }
        repeat(5) { transport.visit(house) }
      }
    }

    test("one unproven guest too many ends the eldest, and no proven one") {
      val transport = MemoryNet().host("here")
      House(limit = 2).use { house ->
        house.reception.open(transport.listen(null, 1)) {
          house.guests.add(it)
          awaitCancellation()
        }
        val (proven, eldest, second) =
          List(3) { number ->
            transport.visit(house).also { if (number == 0) house.guests[0].proven() }
          }
        val third = transport.visit(house)
        eldest.read(ByteBuffer.allocate(1)) shouldBe -1
        for (open in listOf(proven, second, third)) open.write(ByteBuffer.wrap(byteArrayOf(1)))
        house.log.lines.size shouldBe 1
      }
    }

    test("who has begun to say who it is outlasts a crowd that says nothing, and the other way") {
      val transport = MemoryNet().host("here")
      House(limit = 4).use { house ->
        house.reception.open(transport.listen(null, 1)) {
          house.guests.add(it)
          awaitCancellation()
        }
        val speaker = transport.visit(house)
        house.guests.last().greeted()
        repeat(10) { transport.visit(house) }
        speaker.write(ByteBuffer.wrap(byteArrayOf(1)))

        val silent = transport.visit(house)
        house.guests.takeLast(4).dropLast(1).forEach { it.greeted() }
        repeat(2) {
          transport.visit(house)
          house.guests.last().greeted()
        }
        silent.write(ByteBuffer.wrap(byteArrayOf(1)))
      }
    }

    test("the connection of a guest is closed when it has been served, also by a failure") {
      val transport = MemoryNet().host("here")
      House(limit = 2).use { house ->
        house.reception.open(transport.listen(null, 1)) {
          house.guests.add(it)
          error("a bug")
        }
        repeat(5) { transport.visit(house).read(ByteBuffer.allocate(1)) shouldBe -1 }
        house.log.lines.size shouldBe 5
      }
    }

    test("a failure to accept is told, and the next one is accepted after a pause") {
      House(limit = 2).use { house ->
        val listener = Failing()
        val job = house.reception.open(listener) {}
        awaited { house.time.pending == 1 }
        house.time.advance(Duration.ofMillis(100))
        job.join()
        house.log.lines shouldContainExactly
          listOf(
            "WARN could not accept a connection at port 7, going on: java.io.IOException: too many open files"
          )
      }
    }
  })

/** Fails to accept once, and is closed after that. */
private class Failing : Listener {
  private var failed = false

  override val port = 7

  override suspend fun accept(): Duplex {
    if (failed) throw ClosedChannelException()
    failed = true
    throw IOException("too many open files")
  }

  override fun close() {}
}
