package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.kotlin.call
import io.weft.stage.Heard.Wanted
import io.weft.stage.dispatch.BroadcastDispatcher
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.demand
import io.weft.stage.gen.demandMode
import io.weft.stage.gen.estimateBufferedCount
import io.weft.stage.gen.subscribe
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

class AccumulateSpec :
  FunSpec({
    test("GS-14: demand that is accumulated from the start waits for forward") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter(4) { demand(DemandMode.ACCUMULATE) })
        counter.demandMode() shouldBe DemandMode.ACCUMULATE
        start(sink(ear)).subscribe(counter, demand(4, 0))
        ear.expectNone(1.seconds)
        counter.demand(DemandMode.FORWARD)
        counter.demandMode() shouldBe DemandMode.FORWARD
        ear.expectMessage(batch(0, 1, 2, 3))
      }
    }

    test("GS-14: a producer can be told to accumulate later") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter(4))
        counter.demandMode() shouldBe DemandMode.FORWARD
        counter.demand(DemandMode.ACCUMULATE)
        counter.demandMode() shouldBe DemandMode.ACCUMULATE
        start(sink(ear)).subscribe(counter, demand(4, 0))
        ear.expectNone(1.seconds)
        counter.demand(DemandMode.FORWARD)
        ear.expectMessage(batch(0, 1, 2, 3))
      }
    }

    test("GS-15: forward may be told before anybody subscribes") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter(4) { demand(DemandMode.ACCUMULATE) })
        counter.demand(DemandMode.FORWARD)
        start(sink(ear)).subscribe(counter, demand(4, 0))
        ear.expectMessage(batch(0, 1, 2, 3))
      }
    }

    test("GS-16: telling it to accumulate again loses nothing") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter(4) { demand(DemandMode.ACCUMULATE) })
        start(sink(ear)).subscribe(counter, demand(4, 0))
        counter.demand(DemandMode.ACCUMULATE)
        counter.demand(DemandMode.FORWARD)
        ear.expectMessage(batch(0, 1, 2, 3))
      }
    }

    test("GS-17: two demands that were accumulated stay two") {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { demand(DemandMode.ACCUMULATE) })
        repeat(2) { start(sink(probe("ear"))).subscribe(queue, demand(2, 1)) }
        repeat(2) { told.expect<Heard.Subscriber>() }
        told.expectNone(1.seconds)
        queue.demand(DemandMode.FORWARD)
        told.all() shouldBe listOf(Wanted(2), Wanted(2))
      }
    }

    test(
      "GS-18: what is emitted meanwhile comes after forward, in its order, to who is there then"
    ) {
      weftTest {
        val told = probe<Heard>("told")
        val queue = start(queue(told) { dispatcher(BroadcastDispatcher.of()) })
        val former = List(2) { start(sink(probe("former"))) }
        former.forEach { it.subscribe(queue) }
        queue.demand(DemandMode.ACCUMULATE)
        queue.demandMode() shouldBe DemandMode.ACCUMULATE
        former.forEach { it.call(Sink.Stop) }
        for (event in 1L..4) queue.cast(Queue.AddLater(listOf(event)))
        val ears = List(2) { probe<Heard>("ear $it") }
        ears.forEach { start(sink(it)).subscribe(queue) }
        ears.forEach { it.expectNone(1.seconds) }
        queue.demand(DemandMode.FORWARD)
        queue.demandMode() shouldBe DemandMode.FORWARD
        queue.estimateBufferedCount() shouldBe 0
        ears.forEach { it.expectSequence(batch(1), batch(2), batch(3), batch(4)) }
      }
    }

    test("what was buffered before goes before what was emitted meanwhile") {
      weftTest {
        val told = probe<Heard>("told")
        val ear = probe<Heard>("ear")
        val queue = start(queue(told))
        queue.call(add(1, 2))
        queue.demand(DemandMode.ACCUMULATE)
        queue.call(add(3))
        start(sink(ear)).subscribe(queue, demand(10, 0))
        queue.call(add(4))
        ear.expectNone(1.seconds)
        queue.demand(DemandMode.FORWARD)
        ear.all() shouldBe listOf(batch(1, 2), batch(3), batch(4))
        queue.call(add(5))
        ear.expectMessage(batch(5))
      }
    }

    test("replaying ends with the stage") {
      weftTest {
        val told = probe<Heard>("told")
        val queue =
          start(
            GenStage.producer<Long>("fragile") {
              demand(DemandMode.ACCUMULATE)
              onDemand {
                told.tell(Wanted(it))
                stop(reason("enough"))
              }
            }
          )
        told.watch(queue)
        repeat(2) {
          start(sink(probe("ear"))).subscribe(queue, demand(it + 2, 1, Cancel.TEMPORARY))
        }
        queue.demand(DemandMode.FORWARD)
        told.expectMessage(Wanted(2))
        told.expectDown(queue).reason() shouldBe reason("enough")
      }
    }

    test("only producers have a mode: others go on as they are") {
      weftTest {
        val ear = probe<Heard>("ear")
        val middle = start(middle(ear))
        middle.demand(DemandMode.ACCUMULATE)
        middle.demandMode() shouldBe DemandMode.FORWARD
      }
    }

    test("what is emitted while the demand before it is answered comes after what was held") {
      weftTest {
        val slow =
          start(
            queue(probe("told")) {
              demand(DemandMode.ACCUMULATE)
              onDemand {
                delay(2.seconds)
                emit(listOf(3))
              }
              launch {
                delay(3.seconds)
                emit(listOf(2))
              }
            }
          )
        val raw = rawStage("raw")
        raw.subscribe(slow, atom("t"))
        raw.ask(slow, atom("t"), 10)
        slow.tell(Queue.AddLater(listOf(1)))
        advance(2.seconds)
        slow.demand(DemandMode.FORWARD)
        advance(5.seconds)
        raw.expectEvents(slow, atom("t"), 1)
        raw.expectEvents(slow, atom("t"), 2)
        raw.expectEvents(slow, atom("t"), 3)
      }
    }
  })
