package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainInOrder
import io.kotest.matchers.shouldBe
import io.weft.kotlin.call
import io.weft.stage.Heard.Batch
import io.weft.stage.Heard.Wanted
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.demand
import io.weft.stage.gen.subscribe
import io.weft.stage.gen.subscribeAsync
import io.weft.testkit.expect
import io.weft.testkit.fish
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay

class SharedDemandSpec :
  FunSpec({
    test("GS-5: consumers of a broadcast see the same, as fast as the slowest of them") {
      weftTest {
        val one = probe<Heard>("one")
        val two = probe<Heard>("two")
        val counter = start(counter { dispatcher(BroadcastDispatcher.of()) })
        start(sink(one)).subscribeAsync(counter, demand(10, 0))
        start(sink(two)).subscribeAsync(counter, demand(20, 0))
        one.fish<Batch> { it == Batch(1000L..1009) }
        two.fish<Batch> { it == Batch(1000L..1009) }
        one.all().flat().shouldBeAllFrom(1010)
        two.all().flat().shouldBeAllFrom(1010)
      }
    }

    test("GS-6: a subscriber that never asks holds up all of them, until it is gone") {
      weftTest {
        val one = probe<Heard>("one")
        val two = probe<Heard>("two")
        val counter = start(counter { dispatcher(BroadcastDispatcher.of()) })
        val raw = rawStage("raw")
        raw.subscribe(counter, atom("t"))
        start(sink(one)).subscribe(counter, demand(10, 0))
        start(sink(two)).subscribe(counter, demand(20, 0))
        one.expectNone(1.seconds)
        two.expectNone(1.seconds)
        raw.cancel(counter, atom("t"), atom("killed"))
        raw.expectCancel(counter, atom("t"), atom("killed"))
        one.fish<Batch> { it == Batch(1000L..1009) }
        two.fish<Batch> { it == Batch(1000L..1009) }
      }
    }

    test("GS-6: the same before a stage between others") {
      weftTest {
        val one = probe<Heard>("one")
        val two = probe<Heard>("two")
        val counter = start(counter())
        val middle =
          start(
            middle(probe("middle")) {
              dispatcher(BroadcastDispatcher.of())
              subscribeTo(counter)
            }
          )
        val raw = rawStage("raw")
        raw.subscribe(middle, atom("t"))
        start(sink(one)).subscribe(middle, demand(10, 0))
        start(sink(two)).subscribe(middle, demand(20, 0))
        one.expectNone(1.seconds)
        raw.cancel(middle, atom("t"), atom("killed"))
        one.fish<Batch> { it == Batch((200L..204).flatMap { e -> listOf(e, e) }) }
        two.fish<Batch> { it == Batch((200L..204).flatMap { e -> listOf(e, e) }) }
      }
    }

    test("GS-7: what all want together is asked for once") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { dispatcher(BroadcastDispatcher.of()) })
        start(sleeper()).subscribe(queue, demand(10, 0))
        start(sleeper()).subscribe(queue, demand(20, 0))
        told.all().filterIsInstance<Wanted>() shouldBe listOf(Wanted(10))
      }
    }

    test("GS-35: who subscribes twice to a broadcast has one subscription, and goes on") {
      weftTest {
        val told = probe<Heard>("told")
        val ear = probe<Heard>("ear")
        val queue = start(queue(told) { dispatcher(BroadcastDispatcher.of()) })
        val sink = start(sink(ear))
        val first = sink.subscribe(queue)
        val second = sink.subscribe(queue)
        settle()
        val from = StageFrom(checkNotNull(sink.pid()), second)
        told.all() shouldBe
          listOf(
            Heard.Subscriber(StageFrom(from.peer, first)),
            Wanted(1000),
            Heard.Subscriber(from),
            Heard.Ended(
              SubscriptionEnd.Cause.CANCELLED,
              reason("already_subscribed"),
              SubscriptionEnd.Role.CONSUMER,
              from,
            ),
          )
        (ear.expect<Heard.Ended>()).from.tag shouldBe second
        queue.call(add(1))
        ear.expectMessage(batch(1))
        ear.expectNone(1.seconds)
      }
    }

    test("events that were made for who asked alone wait for who came, and are not forgotten") {
      weftTest {
        val one = probe<Heard>("one")
        val two = probe<Heard>("two")
        val queue = start(queue(probe("told")) { dispatcher(BroadcastDispatcher.of()) })
        start(sink(one)).subscribe(queue, demand(10, 0))
        settle()
        val raw = rawStage("raw")
        raw.subscribe(queue, atom("t"))
        queue.call(Queue.Add((1L..10).toList()))
        one.expectNone(1.seconds)
        raw.ask(queue, atom("t"), 4)
        raw.expectEvents(queue, atom("t"), 1, 2, 3, 4)
        one.expectMessage(Batch(1L..4))
        raw.cancel(queue, atom("t"), atom("normal"))
        one.expectMessage(Batch(5L..10))
        queue.call(add(11))
        one.expectMessage(batch(11))
      }
    }

    test("buffered events that nobody takes are offered often, and no more is made for it") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val gone = rawStage("gone")
        gone.subscribe(queue, atom("gone"))
        gone.ask(queue, atom("gone"), 10)
        gone.cancel(queue, atom("gone"), atom("normal"))
        queue.call(add(1, 2, 3, 4))
        repeat(3) {
          gone.subscribe(queue, atom("idle$it"))
          gone.cancel(queue, atom("idle$it"), atom("normal"))
        }
        val raw = rawStage("raw")
        raw.subscribe(queue, atom("t"))
        raw.ask(queue, atom("t"), 3)
        raw.expectEvents(queue, atom("t"), 1, 2, 3)
        raw.ask(queue, atom("t"), 7)
        raw.expectEvents(queue, atom("t"), 4)
        told.all().filterIsInstance<Wanted>() shouldBe listOf(Wanted(10))
        queue.call(add(5, 6, 7, 8, 9, 10))
        raw.expectEvents(queue, atom("t"), 5, 6, 7, 8, 9, 10)
      }
    }

    test("nor is more made for a broadcast whose slowest does not ask for what is buffered") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { dispatcher(BroadcastDispatcher.of()) })
        val first = rawStage("first")
        val slow = rawStage("slow")
        first.subscribe(queue, atom("f"))
        first.ask(queue, atom("f"), 10)
        slow.subscribe(queue, atom("s"))
        queue.call(add(1, 2, 3, 4))
        repeat(3) { first.ask(queue, atom("f"), 1) }
        slow.ask(queue, atom("s"), 10)
        slow.expectEvents(queue, atom("s"), 1, 2, 3, 4)
        told.all().filterIsInstance<Wanted>() shouldBe listOf(Wanted(10))
        queue.call(add(5, 6, 7, 8, 9, 10))
        slow.expectEvents(queue, atom("s"), 5, 6, 7, 8, 9, 10)
      }
    }

    test("what a selector leaves out is asked for again, and an empty batch does no harm") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter(100) { dispatcher(BroadcastDispatcher.of()) })
        start(
          sink(ear) {
            subscribeTo(counter) {
              maxDemand = 10
              minDemand = 5
              select { it % 20 == 0L }
            }
          }
        )
        ear.all().flat() shouldContainInOrder listOf(0L, 20L, 40L, 60L, 80L)
      }
    }
  })

/** Never finishes with its first batch. */
private fun sleeper() =
  GenStage.consumer<Long>("sleeper") { onEvents { _, _ -> delay(1000.seconds) } }

private fun List<Heard>.flat() = filterIsInstance<Batch>().flatMap { it.events }

private fun List<Long>.shouldBeAllFrom(first: Long) {
  this shouldBe (first until first + size).toList()
}
