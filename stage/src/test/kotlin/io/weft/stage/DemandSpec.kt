package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.call
import io.weft.stage.Heard.Batch
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.demand
import io.weft.stage.gen.estimateBufferedCount
import io.weft.stage.gen.subscribe
import io.weft.testkit.fish
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds

class DemandSpec :
  FunSpec({
    test("GS-1: a consumer by the defaults gets 500 events at a time") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter())
        start(sink(ear) { subscribeTo(counter) })
        ear.expectSequence(Batch(0L..499), Batch(500L..999), Batch(1000L..1499))
      }
    }

    test("GS-2: with least demand 80 of 100, events come in twenties") {
      weftTest {
        val ear = probe<Heard>("ear")
        start(sink(ear)).subscribe(start(counter()), demand(100, 80))
        for (first in 0L..1980 step 20) ear.expectMessage(Batch(first..first + 19))
      }
    }

    test("GS-3: with least demand 20 of 100, batches are 80 and what is left") {
      weftTest {
        val ear = probe<Heard>("ear")
        start(sink(ear)).subscribe(start(counter()), demand(100, 20))
        ear.expectSequence(
          Batch(0L..79),
          Batch(80L..99),
          Batch(100L..179),
          Batch(180L..259),
          Batch(260L..279),
        )
      }
    }

    test("GS-4: with most demand 1, events come one by one") {
      weftTest {
        val ear = probe<Heard>("ear")
        start(sink(ear)).subscribe(start(counter(3)), demand(1, 0))
        ear.expectSequence(batch(0), batch(1), batch(2))
        ear.expectNone(1.seconds)
      }
    }

    // The rows of the table: what a producer sends, and in what batches it is handled and asked.
    listOf(
        Row(10, 5, listOf(10, 4), listOf(5, 5, 4), listOf(10, 5, 5)),
        Row(10, 7, listOf(1, 1, 1, 7), listOf(1, 1, 1, 3, 3, 1), listOf(10, 3, 3, 3)),
        Row(4, 2, listOf(3, 3), listOf(2, 1, 2, 1), listOf(4, 2, 3)),
        Row(1, 0, listOf(1), listOf(1), listOf(1, 1)),
        Row(4, 2, listOf(7), listOf(2, 2, 2, 1), listOf(4, 2, 2)),
      )
      .forEach { row ->
        test("demand $row") {
          weftTest {
            val ear = probe<Heard>("ear")
            val producer = rawStage("producer")
            val consumer = start(sink(ear))
            subscribeRaw(consumer, producer, row.max, row.min)
            val (tag) = producer.expectSubscribe()
            var next = 0L
            for (size in row.sent) {
              val events = LongArray(size) { next++ }
              producer.events(consumer, tag, *events)
            }
            settle()
            var seen = 0L
            for (size in row.batches) {
              ear.expectMessage(Batch(seen until seen + size))
              seen += size
            }
            row.asks.forEach { producer.expectAsk() shouldBe it }
            producer.probe.expectNone(1.seconds)
            ear.expectNone(1.seconds)
          }
        }
      }

    test("GS-8, GS-10: between two stages events flow as the last one wants them") {
      for (consumerFirst in listOf(false, true)) {
        weftTest {
          val seen = probe<Heard>("seen")
          val ear = probe<Heard>("ear")
          val counter = start(counter())
          val middle = start(middle(seen))
          val sink = start(sink(ear))
          val up = demand(100, 80)
          val down = demand(100, 50)
          if (consumerFirst) sink.subscribe(middle, down)
          middle.subscribe(counter, up)
          if (!consumerFirst) sink.subscribe(middle, down)
          for (first in 0L..100 step 20) seen.expectMessage(Batch(first..first + 19))
          ear.expectSequence(doubled(0L..19), doubled(20L..39))
          ear.fish<Batch> { it == doubled(120L..124) }
          ear.expectMessage(doubled(125L..139))
        }
      }
    }

    test("GS-9, GS-10: larger batches between two stages") {
      for (consumerFirst in listOf(false, true)) {
        weftTest {
          val seen = probe<Heard>("seen")
          val ear = probe<Heard>("ear")
          val counter = start(counter())
          val middle = start(middle(seen))
          val sink = start(sink(ear))
          if (consumerFirst) sink.subscribe(middle, demand(100, 50))
          middle.subscribe(counter, demand(100, 20))
          if (!consumerFirst) sink.subscribe(middle, demand(100, 50))
          seen.expectSequence(Batch(0L..79), Batch(80L..99), Batch(100L..179))
          ear.expectSequence(doubled(0L..24), doubled(25L..49), doubled(50L..74))
        }
      }
    }

    test("GS-11: a stage between others takes in what it asked for, and no more") {
      weftTest {
        val seen = probe<Heard>("seen")
        val counter = start(counter())
        val middle = start(middle(seen) { onEvents { events, _ -> seen.tell(Batch(events)) } })
        middle.subscribe(counter, demand(10, 8))
        seen.expectNone(1.seconds)
        counter.estimateBufferedCount() shouldBe 0
      }
    }

    test("GS-12: a stage that keeps events for itself goes on as long as there is demand") {
      weftTest {
        val seen = probe<Heard>("seen")
        val ear = probe<Heard>("ear")
        val counter = start(counter())
        val discarder =
          start(
            GenStage.producerConsumer<Long, Long>("discarder") {
              onEvents { events, _ -> seen.tell(Batch(events.toList())) }
            }
          )
        discarder.subscribe(counter, demand(100, 80))
        start(sink(ear)).subscribe(discarder, demand(100, 50))
        seen.expectMessage(Batch(0L..19))
        seen.fish<Batch> { it == Batch(1000L..1019) }
        ear.expectNone(1.seconds)
      }
    }

    test("a stage takes in no more for consumers that have left than they had asked for") {
      weftTest {
        val seen = probe<Heard>("seen")
        val ear = probe<Heard>("ear")
        val queue = start(queue(probe("queue")))
        val middle =
          start(
            middle(probe("middle")) {
              onEvents { events, _ ->
                seen.tell(Batch(events.toList()))
                emit(events)
              }
            }
          )
        middle.subscribe(queue, demand(10, 5))
        val raw = rawStage("raw")
        raw.subscribe(middle, atom("t"))
        raw.ask(middle, atom("t"), 10)
        raw.cancel(middle, atom("t"), atom("normal"))
        for (first in 0L..20 step 5) queue.call(Queue.Add((first..first + 4).toList()))
        // GenStage, which waits until they are sent, would go on without end
        seen.expectSequence(Batch(0L..4), Batch(5L..9))
        seen.expectNone(1.seconds)
        middle.estimateBufferedCount() shouldBe 10
        start(sink(ear)).subscribe(middle, demand(10, 0))
        ear.expectSequence(Batch(0L..9))
        ear.all().flatMap { (it as Batch).events } shouldBe (10L..24).toList()
      }
    }

    test("an ask for less than nothing is ignored, and one for nothing as well") {
      weftTest {
        val ear = probe<Heard>("ear")
        val queue = start(queue(ear))
        val raw = rawStage("raw")
        val tag = atom("t")
        raw.subscribe(queue, tag)
        raw.ask(queue, tag, -5)
        raw.ask(queue, tag, 0)
        raw.ask(queue, tag, 2)
        ear.expectMessage(Heard.Subscriber(StageFrom(raw.pid, tag)))
        ear.expectMessage(Heard.Wanted(2))
        raw.probe.expectNone(1.seconds)
      }
    }
  })

private data class Row(
  val max: Int,
  val min: Int,
  val sent: List<Int>,
  val batches: List<Int>,
  val asks: List<Long>,
) {
  override fun toString() = "of $max to $min: of $sent are made $batches, and asked is $asks"
}

private fun doubled(events: LongRange) = Batch(events.flatMap { listOf(it, it) })
