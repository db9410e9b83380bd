package io.weft.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.call
import io.weft.stage.Heard.Batch
import io.weft.stage.Heard.Note
import io.weft.stage.gen.GenStage
import io.weft.stage.gen.demand
import io.weft.stage.gen.estimateBufferedCount
import io.weft.stage.gen.subscribe
import io.weft.testkit.expect
import io.weft.testkit.probe
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

class SuspendingSpec :
  FunSpec({
    test("a consumer that suspends handles nothing else, and keeps the order of what comes") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter(8))
        val slow =
          start(
            sink(ear) {
              onEvents { events, _ ->
                ear.tell(Batch(events.toList()))
                delay(10.seconds)
                ear.tell(Note("done"))
              }
            }
          )
        slow.subscribe(counter, demand(4, 2))
        ear.expectMessage(batch(0, 1))
        slow.tell(Sink.Note("meanwhile"))
        ear.expectNone(9.seconds)
        advance(2.seconds)
        // the rest of the message that was begun goes before what came after it
        ear.expectSequence(Note("done"), batch(2, 3))
        advance(10.seconds)
        ear.expectSequence(Note("done"), Note("meanwhile"), batch(4, 5))
        advance(100.seconds)
        ear.expectSequence(Note("done"), batch(6, 7), Note("done"))
      }
    }

    test("a producer that suspends answers no other demand meanwhile, and loses none") {
      weftTest {
        val one = probe<Heard>("one")
        val two = probe<Heard>("two")
        val slow =
          start(
            GenStage.producer<Long>("slow") {
              var next = 0L
              onDemand { wanted ->
                if (next >= 40) return@onDemand
                val first = next
                next += wanted
                delay(10.seconds)
                emit((first until first + wanted).toList())
              }
            }
          )
        start(sink(one)).subscribe(slow, demand(10, 5))
        start(sink(two)).subscribe(slow, demand(10, 5))
        advance(1000.seconds)
        val seen = (one.all() + two.all()).flatMap { (it as Batch).events }.sorted()
        seen shouldBe (0L..39).toList()
      }
    }

    test("a stage between others that suspends keeps the order from end to end") {
      weftTest {
        val ear = probe<Heard>("ear")
        val counter = start(counter(100))
        val slow =
          start(
            GenStage.producerConsumer<Long, Long>("slow") {
              onEvents { events, _ ->
                delay(events.size.seconds)
                emit(events)
              }
              subscribeTo(counter) {
                maxDemand = 10
                minDemand = 7
              }
            }
          )
        start(sink(ear)).subscribe(slow, demand(6, 1))
        advance(1000.seconds)
        ear.all().flatMap { (it as Batch).events } shouldBe (0L..99).toList()
      }
    }

    test("a handler that suspends is over when its stage is killed") {
      weftTest {
        val counter = start(counter(8))
        val slow =
          start(
            GenStage.consumer<Long>("slow") {
              onEvents { _, _ -> CompletableDeferred<Unit>().await() }
            }
          )
        slow.subscribe(counter)
        settle()
        kill(slow)
        counter.estimateBufferedCount() shouldBe 0
      }
    }

    test("what a stage launches emits while a handler waits, in turns") {
      weftTest {
        val ear = probe<Heard>("ear")
        val ticker =
          start(
            GenStage.producer<Long>("ticker") {
              launch {
                for (tick in 1L..3) {
                  delay(1.seconds)
                  emit(tick)
                }
              }
              onDemand {}
            }
          )
        start(sink(ear)).subscribe(ticker)
        advance(5.seconds)
        ear.expectSequence(batch(1), batch(2), batch(3))
      }
    }

    test("a stage that stops inside of a batch handles no more, and asks for nothing") {
      weftTest {
        val ear = probe<Heard>("ear")
        val producer = rawStage("producer")
        val sink =
          start(
            sink(ear) {
              onEvents { events, _ ->
                ear.tell(Batch(events.toList()))
                stop(reason("enough"))
              }
            }
          )
        ear.watch(sink)
        subscribeRaw(sink, producer, 4, 2)
        val (tag) = producer.expectSubscribe()
        producer.expectAsk() shouldBe 4
        producer.events(sink, tag, 1, 2, 3, 4)
        ear.expectSequence(batch(1, 2), Heard.Terminated(reason("enough")))
        ear.expectDown(sink).reason() shouldBe reason("enough")
        producer.probe.expectNone(1.seconds)
      }
    }

    test("a handler that fails ends the stage, and what it was subscribed to goes on") {
      weftTest {
        val ear = probe<Heard>("ear")
        val told = probe<Heard>("told")
        val queue = start(queue(told))
        val broken = start(sink(ear) { onEvents { _, _ -> error("broken handler") } })
        ear.watch(broken)
        broken.subscribe(queue)
        queue.call(add(1))
        ear.expect<Heard.Terminated>()
        ear.expectDown(broken).reason().toString() shouldContain "broken handler"
        val ended = told.all().filterIsInstance<Heard.Ended>().single()
        ended.cause shouldBe SubscriptionEnd.Cause.DOWN
        queue.call(add(2)) shouldBe "added"
      }
    }

    test("a producer whose handler fails takes its permanent consumers along") {
      weftTest {
        val ear = probe<Heard>("ear")
        val broken = start(GenStage.producer<Long>("broken") { onDemand { error("no more") } })
        start(sink(ear)).subscribe(broken)
        (ear.expect<Heard.Ended>()).reason.toString() shouldContain "no more"
        ear.expect<Heard.Terminated>()
      }
    }

    test("a call is answered after a handler that suspends") {
      weftTest {
        val ear = probe<Heard>("ear")
        val slow = start(queue(ear) { onDemand { delay(3.seconds) } })
        start(sink(ear)).subscribe(slow)
        settle()
        val answer = async { slow.call(add(1)) }
        advance(2.seconds)
        answer.isCompleted shouldBe false
        advance(2.seconds)
        answer.await() shouldBe "added"
      }
    }
  })
