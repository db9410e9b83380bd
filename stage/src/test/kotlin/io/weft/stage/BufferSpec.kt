package io.weft.stage

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.weft.kotlin.call
import io.weft.node.Address
import io.weft.node.StartException
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.demand
import io.weft.stage.gen.estimateBufferedCount
import io.weft.stage.gen.subscribe
import io.weft.term.Terms
import io.weft.testkit.WeftTestScope
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import java.nio.file.Files
import java.nio.file.Path

class BufferSpec :
  FunSpec({
    test("GS-19: what nobody has asked for waits, and goes before what is made anew") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter =
          start(
            GenStage.producerOf<Long, Counter>("counter") {
              var next = 0L
              onDemand { wanted -> emit(List(minOf(wanted, 20 - next).toInt()) { next++ }) }
              handleCast(Counter.Add::class) { emit(it.events) }
            }
          )
        counter.tell(Counter.Add(listOf(101, 102, 103)))
        counter.cast(Counter.Add(listOf(104, 105)))
        start(sink(ear)).subscribe(counter, demand(4, 0))
        ear.expectSequence(
          batch(101, 102, 103, 104),
          batch(105),
          batch(0, 1, 2),
          batch(3, 4, 5, 6),
        )
      }
    }

    test("GS-20, GS-23: a full buffer that keeps the first drops what is new, and counts it") {
      weftTest {
        val told = probe<Heard>("told")
        val queue =
          start(
            queue(told) {
              buffer(5, Keep.FIRST)
              onDiscarded {
                told.tell(Heard.Discarded(it))
                false
              }
            }
          )
        queue.call(add(1, 2, 3, 4, 5))
        queue.call(add(6, 7, 8))
        told.expectMessage(Heard.Discarded(3))
        queue.call(add(9))
        told.expectMessage(Heard.Discarded(1))
        consumed(queue, 4) shouldBe listOf(batch(1, 2, 3, 4), batch(5))
      }
    }

    test("GS-20, GS-23: the log tells who has dropped how many, unless the stage tells itself") {
      weftTest {
        val told = probe<Heard>("told")
        fun full(label: String, tells: Boolean) =
          GenStage.producerOf<Long, Counter>(label) {
            buffer(5, Keep.FIRST)
            onDemand {}
            onDiscarded { !tells }
            handleCast(Counter.Add::class) {
              emit(it.events)
              told.tell(Heard.Note(label))
            }
          }
        for (tells in listOf(false, true)) {
          start(full("full, tells $tells", tells)).tell(Counter.Add((1L..8).toList()))
          told.expectMessage(Heard.Note("full, tells $tells"))
        }
      }
      val log = Files.readString(Path.of("target/stages.log"))
      log shouldContain "GenStage producer full, tells false has discarded 3 events from buffer"
      log shouldNotContain "full, tells true"
    }

    test("GS-21: a full buffer that keeps the last drops the oldest") {
      weftTest {
        val told = probe<Heard>("told")
        val queue =
          start(
            queue(told) {
              buffer(5, Keep.LAST)
              onDiscarded {
                told.tell(Heard.Discarded(it))
                true
              }
            }
          )
        queue.call(add(1, 2, 3, 4, 5))
        queue.call(add(6, 7, 8))
        told.expectMessage(Heard.Discarded(3))
        consumed(queue, 4) shouldBe listOf(batch(4, 5, 6, 7), batch(8))
      }
    }

    test("GS-21: of one batch that is too large for the buffer the last are kept") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { buffer(3, Keep.LAST) })
        queue.call(add(1, 2))
        queue.call(add(3, 4, 5, 6, 7))
        consumed(queue, 4) shouldBe listOf(batch(5, 6, 7))
      }
    }

    test("GS-22: a buffer without bound keeps everything") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { unboundedBuffer() })
        queue.call(add(1, 2, 3, 4, 5))
        queue.call(add(6, 7, 8))
        consumed(queue, 4) shouldBe listOf(batch(1, 2, 3, 4), batch(5, 6, 7, 8))
      }
    }

    test("GS-22: a producer keeps the last 10,000 if not told, and a stage between others all") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        queue.call(Queue.Add((1L..12_000).toList()))
        queue.estimateBufferedCount() shouldBe 10_000
        val middle = start(middle(told))
        middle.cast(Middle.Emit((1L..12_000).toList()))
        middle.estimateBufferedCount() shouldBe 12_000
      }
    }

    test("GS-24: the buffered events are counted") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { unboundedBuffer() })
        queue.call(add(1, 2, 3, 4, 5))
        queue.estimateBufferedCount() shouldBe 5
        queue.call(add(6, 7, 8))
        queue.estimateBufferedCount() shouldBe 8
        consumed(queue, 4)
        queue.estimateBufferedCount() shouldBe 0
      }
    }

    test("GS-38: a buffer for no events is refused in GenStage's words") {
      weftTest {
        val told = probe<Heard>("told")
        val refused = shouldThrow<StartException> { start(queue(told) { buffer(0, Keep.LAST) }) }
        refused.reason().term() shouldBe
          Terms.tuple(
            atom("bad_opts"),
            Terms.binary("expected :buffer_size to be equal to or greater than 1, got: 0"),
          )
      }
    }

    test("a buffer whose events are taken in parts keeps their order") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val raw = rawStage("raw")
        val tag = atom("t")
        raw.subscribe(queue, tag)
        queue.call(Queue.Add((1L..10).toList()))
        raw.ask(queue, tag, 3)
        raw.expectEvents(queue, tag, 1, 2, 3)
        queue.call(add(11))
        raw.ask(queue, tag, 6)
        raw.expectEvents(queue, tag, 4, 5, 6, 7, 8, 9)
        raw.ask(queue, tag, 6)
        raw.expectEvents(queue, tag, 10, 11)
        told.expectMessage(Heard.Subscriber(StageFrom(raw.pid, tag)))
        told.expectMessage(Heard.Wanted(4))
      }
    }
  })

private sealed interface Counter : Produces<Long> {
  data class Add(val events: List<Long>) : Counter
}

/** What a new consumer gets. */
private suspend fun WeftTestScope.consumed(
  producer: Address<out Produces<Long>>,
  max: Int,
): List<Heard> {
  val ear = probe<Heard>("ear")
  start(sink(ear)).subscribe(producer, demand(max, 0))
  return ear.all()
}
